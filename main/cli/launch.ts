import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '#api'
import { callApp, type ControlClient } from '../control/client.ts'
import { backgroundFlag } from '../host/commands.ts'
import { makeHome } from '../host/folders.ts'
import { findPaths } from '../host/paths.ts'
import { findInstalledApp } from './installed.ts'

const entry = join(import.meta.dirname, '..', 'headless', 'index.ts')

/**
 * Starts the app in the background, apart from this terminal: in a checkout the one without a window, else the one that
 * was installed, in its tray. Resolves once it answers. Its output goes to
 * logs/headless.log.
 * @throws {AppError} `app-failed` with its last words when it ends instead
 */
export async function launchApp(
  env: Readonly<Record<string, string | undefined>>,
): Promise<ControlClient> {
  const paths = findPaths()
  await makeHome(paths)
  const output = openSync(join(paths.logs, 'headless.log'), 'w', 0o600)
  const installed = findInstalledApp()
  const [program, word] = installed
    ? [installed.program, backgroundFlag]
    : [process.execPath, entry]
  const child = spawn(program, [word], {
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, ...env },
  })
  closeSync(output)
  const over = new AbortController()
  child.once('exit', () => over.abort())
  child.once('error', () => over.abort())
  const client = (await answering(over.signal)) ?? (await answering(AbortSignal.timeout(rivalMs)))
  if (!client) throw new AppError('app-failed', { log: join(paths.logs, 'headless.log') })
  child.unref()
  return client
}

/** A child that ended may have lost to another start of the same moment; that one answers within this time. */
const rivalMs = 3000

async function answering(signal: AbortSignal): Promise<ControlClient | undefined> {
  while (!signal.aborted) {
    const client = await callApp()
    if (client) return client
    // No event tells when another process's socket begins to listen.
    await delay(50, undefined, { signal }).catch(() => undefined)
  }
  return undefined
}
