import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, Page } from '@playwright/test'
import type { FakeServer } from '../support/fake-server.ts'
import { percentile } from './stats.ts'

export interface PageFlood {
  /** From the first line on the page to the last one counted. */
  ms: number
  framesP95: number
  inputP95: number
  heapBytes: number
}

interface Watched {
  ms: number
  frames: number[]
  inputs: number[]
}

/** One flood into the window itself, with somebody who types meanwhile. */
export async function floodPage(
  browser: Browser,
  server: FakeServer,
  { container, count }: { container: string; count: number },
): Promise<PageFlood> {
  const page = await openLog(browser, server, container)
  const watching = page.evaluate(watchFlood, count)
  const typing = new AbortController()
  void typeOn(page, typing.signal)
  const { ms, frames, inputs } = await watching
  typing.abort()
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('HeapProfiler.collectGarbage')
  const { usedSize } = await cdp.send('Runtime.getHeapUsage')
  await page.context().close()
  return {
    ms,
    framesP95: percentile(frames, 0.95),
    inputP95: percentile(inputs, 0.95),
    heapBytes: usedSize,
  }
}

async function openLog(browser: Browser, server: FakeServer, container: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } })
  const page = await context.newPage()
  page.setDefaultTimeout(120_000)
  await page.goto(`${server.url}#/containers/${container}/logs`)
  return page
}

/** Presses a key ten times a second; keys that do nothing are as good as any. */
async function typeOn(page: Page, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await page.keyboard.press('Shift').catch(() => undefined)
    await delay(100)
  }
}

/** In the page: until its log counts `count` lines. */
function watchFlood(count: number): Promise<Watched> {
  const watched: Watched = { ms: 0, frames: [], inputs: [] }
  addEventListener(
    'keydown',
    ({ timeStamp }) => watched.inputs.push(performance.now() - timeStamp),
    true,
  )
  let [began, last] = [0, 0]
  return new Promise((resolve) => {
    const look = () => {
      const now = performance.now()
      const state = document.querySelector('[data-test="log-state"] span')?.textContent ?? ''
      const lines = Number(state.replaceAll(/[^\d]/g, ''))
      if (began === 0 && lines > 0) began = now
      if (began !== 0 && last !== 0) watched.frames.push(now - last)
      last = now
      if (lines >= count) {
        watched.ms = now - began
        resolve(watched)
      } else {
        requestAnimationFrame(look)
      }
    }
    requestAnimationFrame(look)
  })
}
