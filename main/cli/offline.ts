import { type App, createApp } from '../app.ts'
import { findImageFolder } from '../machine/image.ts'
import { findInstalledApp } from './installed.ts'

/**
 * The app without a face, in this process: for what must work on a machine whose app has gone, and on settings while
 * nothing runs.
 */
export async function createOfflineApp(
  env: Readonly<Record<string, string | undefined>>,
): Promise<App> {
  const resources = findInstalledApp()?.resources
  return createApp({
    ...{ env, resources },
    imageFolder: await findImageFolder(env, resources),
    uiUrl: () => undefined,
    openUi: () => Promise.resolve({ url: '' }),
    quit: () => undefined,
  })
}
