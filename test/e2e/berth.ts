import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test as base, expect, type Page, type TestInfo } from '@playwright/test'
import { createDockerCli, type DockerCli } from '../support/docker-cli.ts'
import { openBrowserFace } from './browser-face.ts'
import { forgetArrangement } from './cli.ts'
import { type ElectronFace, openElectronFace } from './electron-face.ts'
import { BerthWindow } from './pages/berth-window.ts'

/** One way to the window: opens it anew for each test. */
export interface Face extends AsyncDisposable {
  /** Where the app behind it keeps the engine's socket. */
  readonly dockerSocket: string
  open(): Promise<Page>
  /** Lets go of the window of one test; the app stays. */
  close(page: Page): Promise<void>
}

export interface FaceOptions {
  faceName: 'browser' | 'electron'
}

interface TestFixtures {
  window: BerthWindow
}

interface WorkerFixtures extends FaceOptions {
  face: Face
  /** The ordinary docker client, through the same socket that every other tool uses. */
  docker: DockerCli
}

export { expect }

/** For a spec that is about the engine behind the window: `npm test` runs it through one face only. */
export const oneFace = { tag: '@one-face' }

/** For a spec that saves a file: Electron asks where in a dialog of the system's, which no test can answer. */
export const download = { tag: '@download' }

/** The face as Electron's, for the specs that only it runs. */
export function asElectron(face: Face): ElectronFace {
  if (!('application' in face)) throw new Error('this spec is for the project electron')
  return face as ElectronFace
}

/** What the window and the app say at the moment of a failure: in the run's own output, which may be all that is left. */
async function tellOf(page: Page, info: TestInfo): Promise<void> {
  await info.attach('window', { body: await page.screenshot(), contentType: 'image/png' })
  const log = await readFile(join(process.env['BERTH_HOME'] ?? '', 'logs', 'app.log'), 'utf8')
  process.stderr.write(
    `The window at ${page.url()} showed:\n${await page.locator('body').ariaSnapshot()}\n` +
      `The app’s log ended with:\n${log.split('\n').slice(-30).join('\n')}`,
  )
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  faceName: ['browser', { option: true, scope: 'worker' }],

  face: [
    async ({ faceName, playwright }, use) => {
      await using face =
        faceName === 'browser' ? await openBrowserFace(playwright) : await openElectronFace()
      await use(face)
    },
    { scope: 'worker', timeout: 200_000 },
  ],

  docker: [
    async ({ face }, use) => {
      await using docker = await createDockerCli(face.dockerSocket)
      await use(docker)
    },
    { scope: 'worker' },
  ],

  window: async ({ face }, use, info) => {
    await forgetArrangement()
    const page = await face.open()
    const window = new BerthWindow(page)
    await use(window)
    if (info.status !== info.expectedStatus) await tellOf(page, info)
    await face.close(page)
    expect(window.troubles, 'what the page complained about').toEqual([])
  },
})
