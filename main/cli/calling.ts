import { type Api, AppError } from '#api'
import { callApp } from '../control/client.ts'

/** Does something with the app that runs. @throws {AppError} `not-running` when none does */
export async function withApp<T>(work: (api: Api) => Promise<T>): Promise<T> {
  using client = await callApp()
  if (!client) throw new AppError('not-running')
  return await work(client.api)
}
