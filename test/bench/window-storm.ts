import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, CDPSession, Page } from '@playwright/test'
import type { FakeContainer } from '../support/fake-engine/objects.ts'
import type { FakeServer } from '../support/fake-server.ts'
import type { Check } from './outcome.ts'
import { median, percentile } from './stats.ts'

const perSecond = 200
const probes = 60
const viewport = { width: 1600, height: 1000 }

/**
 * A storm over the list of many: how soon a change of a row in sight is painted, how busy the page is, and what the
 * engine is asked meanwhile.
 */
export async function checkStorm(browser: Browser, server: FakeServer): Promise<Check[]> {
  const { engine } = server
  const context = await browser.newContext({ viewport, locale: 'en-GB' })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  await page.goto(`${server.url}#/containers`)
  const rows = page.locator('[data-test="containers"] [data-test^="container-"]')
  await rows.first().waitFor()
  const names = await rows.evaluateAll((all) =>
    all.map((row) => row.getAttribute('data-test')?.replace('container-', '') ?? ''),
  )
  const cdp = await context.newCDPSession(page)
  // CPU time of its thread: what others on these cores take is not its own.
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  await delay(2000)

  const asked = engine.requests.length
  const counted = { events: 0 }
  const count = () => (counted.events += 1)
  engine.store.on('event', count)
  const stop = engine.storm(perSecond)
  // Before the probes: they ask for every frame there can be, and would be counted as the page's work.
  const before = { busy: await readBusy(cdp), at: performance.now() }
  await delay(6000)
  const seconds = (performance.now() - before.at) / 1000
  const busy = ((await readBusy(cdp)) - before.busy) / seconds
  const shown = names.flatMap(
    (name) => [...engine.store.containers.values()].find((one) => one.name === name) ?? [],
  )
  const times = await probe(page, server, shown)
  stop()
  engine.store.off('event', count)
  const questions = engine.requests.slice(asked).filter((one) => one.includes('/containers/json'))
  const whole = questions.filter((one) => !one.includes('filters'))
  await context.close()
  const p95 = percentile(times, 0.95)
  return [
    {
      name: `event to paint at ${perSecond} events/s, p95 within 100 ms`,
      ok: times.length === probes && p95 <= 100,
      detail: `p50 ${median(times).toFixed(0)} ms, p95 ${p95.toFixed(0)} ms of ${times.length} probes`,
    },
    {
      name: 'the page’s main thread busy at most a quarter of it',
      ok: busy <= 0.25,
      detail: `${(busy * 100).toFixed(0)} % over ${seconds.toFixed(0)} s`,
    },
    {
      name: 'one question a burst, and no whole list',
      ok: whole.length === 0 && questions.length < counted.events / 2,
      detail: `${questions.length} questions for ${counted.events} events, ${whole.length} of them for the whole list`,
    },
  ]
}

/** Ends containers in sight, each with a code of its own, and waits for the frame that shows it. */
async function probe(
  page: Page,
  { engine }: FakeServer,
  shown: FakeContainer[],
): Promise<number[]> {
  const times: number[] = []
  for (let index = 0; index < probes; index += 1) {
    const container = shown[1 + (index % Math.min(8, shown.length - 1))]
    if (!container) break
    const code = 10_000 + index
    const painted = page.evaluate(untilShown, { name: container.name, code: String(code) })
    await delay(60)
    const told = performance.timeOrigin + performance.now()
    container.state = 'exited'
    container.exitCode = code
    container.finishedAt = Date.now()
    engine.store.changeContainer(container, 'die', { exitCode: String(code) })
    const at = await painted
    if (at > 0) times.push(at - told)
  }
  return times
}

/** In the page: when the frame came in which a row says a code; 0 when none did in 5 s. */
function untilShown({ name, code }: { name: string; code: string }): Promise<number> {
  const began = performance.now()
  return new Promise((resolve) => {
    const look = () => {
      const row = document.querySelector(`[data-test="container-${CSS.escape(name)}"]`)
      if (row?.textContent.includes(code)) resolve(performance.timeOrigin + performance.now())
      else if (performance.now() - began > 5000) resolve(0)
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
}

/** Seconds that the main thread has worked. */
async function readBusy(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
}
