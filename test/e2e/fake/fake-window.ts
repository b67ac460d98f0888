import { test as base, expect, type Page } from '@playwright/test'
import type { FakeOptions } from '../../support/fake-app.ts'
import { type FakeServer, startFakeServer } from '../../support/fake-server.ts'

export { expect }

export interface FakeWindow {
  fake: FakeOptions
  /** The route that is opened first. */
  start: string
  server: FakeServer
  /** Goes to a page of the window by its route, and waits for nothing. */
  visit: (route: string) => Promise<void>
  /** What the page complained about; a spec that provokes it empties this. */
  complaints: string[]
}

/**
 * The built window in a real browser, over the real app and its real server, on a fake machine and engine. Complaints
 * of the page, breaches of its policy and requests to elsewhere fail the test.
 */
export const test = base.extend<FakeWindow>({
  fake: [{}, { option: true }],
  start: ['/containers', { option: true }],

  complaints: async ({}, use) => {
    await use([])
  },
  server: [
    async ({ fake, start, page, complaints }, use) => {
      await using server = await startFakeServer({ stepMs: 40, ...fake })
      page.on('console', (message) => {
        if (/Content Security Policy|\[Vue|\[intlify/.test(message.text()))
          complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('dialog', (dialog) => complaints.push(`a dialog: ${dialog.message()}`))
      page.on('request', (request) => {
        const own = [server.origin, server.url, 'data:', 'blob:']
        if (!own.some((place) => request.url().startsWith(place)))
          complaints.push(`a request to ${request.url()}`)
      })
      await page.goto(`${server.url}#${start}`)
      await use(server)
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],
  visit: async ({ page }, use) => {
    await use(async (route) => {
      // vue-router hears of other addresses only once it has drawn the first page.
      await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible()
      await page.goto(`${page.url().split('#')[0] ?? ''}#${route}`)
    })
  },
})
test.use({ locale: 'en-GB' })

/** Loads the page anew with its WebSocket in the test's hand. */
export async function holdLink(page: Page): Promise<{ cut(): void }> {
  const open = new Set<() => void>()
  await page.routeWebSocket(/\/api$/, (socket) => {
    socket.connectToServer()
    open.add(() => void socket.close({ code: 1001 }))
  })
  await page.reload()
  return {
    cut() {
      for (const close of open) close()
      open.clear()
    },
  }
}
