import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { askApp, findDockerSocket, leaveMachine } from './cli.ts'
import type { Face } from './berth.ts'

const root = join(import.meta.dirname, '..', '..')

/** A true Electron, or what stands in for it here. */
export const electronProgram =
  process.env['ELECTRON_BINARY'] ?? join(root, 'test/support/electron-stand-in/electron')
export const hasTrueElectron = process.env['ELECTRON_BINARY'] !== undefined

export interface ElectronFace extends Face {
  /** The application that runs now. */
  readonly application: ElectronApplication
  /** Ends it without a word, and starts another on the same home. */
  killAndRelaunch(): Promise<void>
}

/** The built app in Electron, which adopts the machine that is there. */
export async function openElectronFace(): Promise<ElectronFace> {
  await leaveMachine()
  const state = { application: await launch() }
  return {
    dockerSocket: await findDockerSocket(),
    get application() {
      return state.application
    },
    async open() {
      const page = await state.application.firstWindow()
      await page.goto(new URL('#/containers', page.url()).href)
      await page.reload()
      return page
    },
    close: () => Promise.resolve(),
    async killAndRelaunch() {
      const ended = new Promise<void>((resolve) => state.application.once('close', () => resolve()))
      state.application.process().kill('SIGKILL')
      await ended
      state.application = await launch()
    },
    async [Symbol.asyncDispose]() {
      await leaveMachine()
    },
  }
}

/** Starts the app and waits for the engine behind it. */
async function launch(): Promise<ElectronApplication> {
  const application = await _electron.launch({
    executablePath: electronProgram,
    args: [root],
    cwd: root,
    timeout: 120_000,
  })
  // The project's own times are for contexts that Playwright makes.
  application.context().setDefaultTimeout(60_000)
  await whenLoaded(await application.firstWindow({ timeout: 120_000 }))
  await askApp((api) => api.machine.start())
  return application
}

/** The page is loaded once it has drawn its sidebar. */
async function whenLoaded(page: Page): Promise<void> {
  await page.getByTestId('sidebar').waitFor()
}
