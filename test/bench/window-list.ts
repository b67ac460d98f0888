import { type Browser, chromium, type Page } from '@playwright/test'
import { chromiumLaunch } from '../support/chromium.ts'
import { fillMany } from '../support/fake-engine/scale.ts'
import { type FakeServer, startFakeServer } from '../support/fake-server.ts'
import type { Check, Outcome } from './outcome.ts'
import { estimate, median, pooledRatio } from './stats.ts'
import { checkScroll } from './window-scroll.ts'
import { checkStorm } from './window-storm.ts'

const viewport = { width: 1600, height: 1000 }

/** One way to open the list; times in ms, one for each visit. */
interface Arm {
  name: string
  server: FakeServer
  /** Gives the list as much room as it has rows, so that it draws them all. */
  naive: boolean
  samples: number[]
}

/**
 * B11: the window's list over the fake engine in Chromium. Arms alternate forth and back; each visit has a browser
 * context of its own, and its time runs from the navigation to the last long task after the first row.
 * @param options.pairs visits of each arm, without the discarded first one.
 */
export async function measureList(options: { pairs: number }): Promise<Outcome> {
  await using stack = new AsyncDisposableStack()
  const [few, many] = [stack.use(await serve(50, 50)), stack.use(await serve(5000, 50))]
  const browser = await chromium.launch(chromiumLaunch)
  stack.defer(() => browser.close())
  const arms: [Arm, Arm, Arm] = [
    { name: '50 containers', server: few, naive: false, samples: [] },
    { name: '5,000 containers', server: many, naive: false, samples: [] },
    { name: '5,000 rows drawn', server: many, naive: true, samples: [] },
  ]
  for (const arm of arms) await visit(browser, arm)
  for (let index = 0; index < options.pairs; index += 1) {
    for (const arm of index % 2 === 0 ? arms : arms.toReversed()) {
      arm.samples.push(await visit(browser, arm))
    }
  }
  const checks = [...(await checkNodes(browser, many))]
  checks.push(await checkScroll(browser, many, containerList))
  checks.push(await checkScroll(browser, stack.use(await serve(50, 10_000)), imageList))
  checks.push(...(await checkStorm(browser, many)))
  return toOutcome(arms, checks, options.pairs)
}

const containerList = {
  ...{ route: '/containers', list: '[data-test="containers"]' },
  name: '5,000 containers',
}
const imageList = { route: '/images', list: '[data-test="images"]', name: '10,000 images' }

function toOutcome(arms: [Arm, Arm, Arm], checks: Check[], pairs: number): Outcome {
  const [small, large, naive] = arms
  const compare = (ours: Arm, theirs: Arm) =>
    estimate(
      ours.samples.map((sample, index) => ({
        ours: [sample],
        theirs: [theirs.samples[index] ?? Number.NaN],
      })),
      pooledRatio(median),
    )
  return {
    id: 'B11',
    title: 'The list of 5,000 containers, from the navigation until the page answers',
    arms: arms.map(({ name, samples }) => ({ name, samples })),
    comparisons: [
      {
        ...{ name: '5,000 ÷ 50', estimate: compare(large, small) },
        ...{ pass: 1.6, ambitious: 1.15 },
      },
      { name: '5,000 ÷ all rows drawn', estimate: compare(large, naive), ambitious: 0.05 },
    ],
    checks,
    notes: [
      `${pairs} visits of each arm, forth and back, each in a new context without a cache; one of each discarded`,
      'the page, the app and the fake engine share the cores of this host; the engine is in the app’s process',
      'all rows drawn: the same window and the same rows, in a list that is given the height of all of them',
    ],
  }
}

async function serve(containers: number, images: number): Promise<FakeServer> {
  const server = await startFakeServer({ scenario: 'empty', stepMs: 1 })
  fillMany(server.engine.store, { containers, images, projects: containers / 25 })
  return server
}

const anyRow = '[data-test="containers"] [data-test^="container-"]'

async function openList(browser: Browser, { server, naive }: Arm): Promise<Page> {
  const context = await browser.newContext({ viewport, locale: 'en-GB' })
  const page = await context.newPage()
  page.setDefaultTimeout(300_000)
  await page.addInitScript(watchLongTasks)
  if (naive) await page.addInitScript(stretchList)
  await page.goto(`${server.url}#/containers`, { waitUntil: 'commit' })
  return page
}

async function visit(browser: Browser, arm: Arm): Promise<number> {
  const page = await openList(browser, arm)
  const time = await page.evaluate(untilAnswering, { anyRow, least: arm.naive ? 4000 : 1 })
  await page.context().close()
  return time
}

async function checkNodes(browser: Browser, server: FakeServer): Promise<Check[]> {
  const page = await openList(browser, { name: '', server, naive: false, samples: [] })
  await page.evaluate(untilAnswering, { anyRow, least: 1 })
  const found = await page.evaluate((selector) => {
    const rows = [...document.querySelectorAll<HTMLElement>(selector)]
    const height = rows[0]?.offsetHeight ?? 0
    const nodes = document.querySelectorAll('*').length
    return { rows: rows.length, inSight: Math.ceil(window.innerHeight / height), nodes }
  }, anyRow)
  await page.context().close()
  return [
    {
      name: 'rows as elements, at most three times those in sight',
      ok: found.rows > 0 && found.rows <= 3 * found.inSight,
      detail: `${found.rows} rows, room for ${found.inSight}, ${found.nodes} elements on the page`,
    },
  ]
}

/** In the page, before its own scripts. */
function watchLongTasks(): void {
  const tasks = { lastEnd: 0 }
  Reflect.set(window, 'longTasks', tasks)
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      tasks.lastEnd = Math.max(tasks.lastEnd, startTime + duration)
  }).observe({ type: 'longtask', buffered: true })
}

/** In the page, before its own scripts: whatever scrolls the list becomes as tall as a list of all. */
function stretchList(): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(
    '[data-test="containers"], [data-test="containers"] * { max-height: none !important } [data-test="containers"], [data-test="containers"] .overflow-auto, [data-test="containers"] .overflow-y-auto { height: 230000px !important; flex: none !important }',
  )
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
}

/** In the page: the end of the last long task, once rows are painted and half a second went by without one. */
function untilAnswering({ anyRow, least }: { anyRow: string; least: number }): Promise<number> {
  const tasks = Reflect.get(window, 'longTasks') as { lastEnd: number }
  return new Promise((resolve) => {
    let painted = 0
    const look = () => {
      const now = performance.now()
      if (painted === 0) {
        if (document.querySelectorAll(anyRow).length >= least) painted = now
      } else if (now - Math.max(painted, tasks.lastEnd) > 500) {
        resolve(Math.max(painted, tasks.lastEnd))
        return
      }
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
}
