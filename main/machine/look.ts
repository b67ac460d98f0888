import { setTimeout as delay } from 'node:timers/promises'
import type { AppStatus } from '#api'
import { describeDisk, lookAtMachine } from '#vm'
import { createEngineClient, pingEngine, readVersion } from '../engine/client.ts'
import { makeHome } from '../host/folders.ts'
import { findPaths } from '../host/paths.ts'
import { makeSocketFolder } from '../host/socket-folder.ts'
import { version } from '../version.ts'
import { createSay } from '../words/words.ts'
import { guestSocket } from './create.ts'
import { toStatus } from './status.ts'

const versionMs = 3000

/**
 * The status of this home as seen without an app, and without the home's lock, which an app that starts just now
 * wants: the guest of an app that was killed may still run, and is asked itself.
 * @throws {AppError} `home-not-writable`, `folder-not-writable`
 */
export async function lookAtHome(): Promise<AppStatus> {
  const paths = findPaths()
  await makeHome(paths)
  const socketFolder = await makeSocketFolder(paths)
  const place = { folder: paths.machine, socketFolder }
  await using look = await lookAtMachine({
    ...place,
    engine: { guestSocket, probe: pingEngine },
  })
  const status = toStatus({
    snapshot: look.snapshot,
    app: { pid: process.pid, version, home: paths.home },
    dockerSocket: paths.dockerSocket(socketFolder),
    engine: await findVersion(look.engineSocket),
    say: createSay('en'),
  })
  const disk = await describeDisk(place).catch(() => undefined)
  return { ...status, ports: [], ...(disk && { disk }) }
}

async function findVersion(socket: string | undefined) {
  if (socket === undefined) return undefined
  const asked = readVersion(createEngineClient(socket)).catch(() => undefined)
  return await Promise.race([asked, delay(versionMs, undefined, { ref: false })])
}
