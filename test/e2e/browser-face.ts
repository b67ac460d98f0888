import type { PlaywrightWorkerArgs } from '@playwright/test'
import { chromiumLaunch } from '../support/chromium.ts'
import { askApp, findDockerSocket, leaveMachine, runBerth } from './cli.ts'
import type { Face } from './berth.ts'

/** The headless app, and a browser that has been given its address. */
export async function openBrowserFace(
  playwright: PlaywrightWorkerArgs['playwright'],
): Promise<Face> {
  await leaveMachine()
  await runBerth(['start', '--wait'])
  const browser = await playwright.chromium.launch(chromiumLaunch)
  return {
    dockerSocket: await findDockerSocket(),
    async open() {
      const context = await browser.newContext({
        locale: 'en-US',
        viewport: { width: 1200, height: 780 },
      })
      const page = await context.newPage()
      const address = await askApp((api) => api.app.ui())
      await page.goto(`${address?.url ?? ''}#/containers`)
      return page
    },
    close: (page) => page.context().close(),
    async [Symbol.asyncDispose]() {
      await browser.close()
      await leaveMachine()
    },
  }
}
