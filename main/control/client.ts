import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { connect } from '#api'
import { findPaths } from '../host/paths.ts'
import { findSocketFolders } from '../host/socket-folder.ts'
import { type ControlApi, controlKinds } from './api.ts'
import { createLineLink } from './line-link.ts'

/** The app that runs on this home, as seen by the CLI. Disposing hangs up. */
export interface ControlClient extends Disposable {
  api: ControlApi
}

/** Calls the app of this home, or resolves with undefined when none runs. */
export async function callApp(): Promise<ControlClient | undefined> {
  const paths = findPaths()
  for (const folder of await findSocketFolders(paths)) {
    const client = await callAt(paths.controlSocket(folder))
    if (client) return client
  }
  return undefined
}

async function callAt(path: string): Promise<ControlClient | undefined> {
  const socket = connectSocket(path)
  try {
    await once(socket, 'connect')
  } catch {
    return undefined
  }
  const api = connect<ControlApi>(createLineLink(socket), controlKinds)
  return { api, [Symbol.dispose]: () => socket.end() }
}
