import type { Browser } from '@playwright/test'
import type { FakeServer } from '../support/fake-server.ts'
import type { Check } from './outcome.ts'
import { percentile } from './stats.ts'

const steps = 120
const viewport = { width: 1600, height: 1000 }

/** Wheels through a list of many, one turn a frame, and looks how far apart the frames are. */
export async function checkScroll(
  browser: Browser,
  server: FakeServer,
  { route, list, name }: { route: string; list: string; name: string },
): Promise<Check> {
  const context = await browser.newContext({ viewport, locale: 'en-GB' })
  const page = await context.newPage()
  await page.goto(`${server.url}#${route}`)
  await page.locator(`${list} tr`).nth(5).waitFor()
  const result = await page.evaluate(scrollThrough, { list, steps })
  await context.close()
  const p95 = percentile(result.frames, 0.95)
  return {
    name: `scrolling ${name}: frames p95 within 33 ms`,
    ok: p95 <= 33 && result.distance > 0 && result.blank === 0,
    detail: `${p95.toFixed(0)} ms over ${Math.round(result.distance)} px, ${result.blank} frames without rows`,
  }
}

/** In the page. */
function scrollThrough({ list, steps }: { list: string; steps: number }) {
  const box = document.querySelector(list)
  const scroller = [box, ...(box?.querySelectorAll('*') ?? [])].find(
    (one) => one !== null && one.scrollHeight > one.clientHeight + 1000,
  )
  const frames: number[] = []
  let [last, blank, left] = [0, 0, steps]
  return new Promise<{ frames: number[]; distance: number; blank: number }>((resolve) => {
    const turn = (now: number) => {
      if (last !== 0) frames.push(now - last)
      last = now
      const middle = document.elementFromPoint(innerWidth / 2, innerHeight / 2)
      if (!middle?.closest('tr')) blank += 1
      scroller?.scrollBy(0, 240)
      left -= 1
      if (left > 0) requestAnimationFrame(turn)
      else resolve({ frames, distance: scroller?.scrollTop ?? 0, blank })
    }
    requestAnimationFrame(turn)
  })
}
