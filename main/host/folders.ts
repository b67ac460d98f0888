import { access, constants, mkdir } from 'node:fs/promises'
import { AppError } from '#api'
import type { Paths } from './paths.ts'

/** Makes Berth's own folders, for this user alone. @throws {AppError} `home-not-writable` */
export async function makeHome(paths: Paths): Promise<void> {
  try {
    for (const folder of [paths.home, paths.machine, paths.logs]) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await access(folder, constants.W_OK | constants.X_OK)
    }
  } catch (cause) {
    throw new AppError('home-not-writable', { folder: paths.home }, { cause })
  }
}
