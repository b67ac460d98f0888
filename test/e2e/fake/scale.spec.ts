import type { Page } from '@playwright/test'
import type { FakeEngine } from '../../support/fake-engine/engine.ts'
import { toggle } from '../../support/fake-engine/storm.ts'
import { expect, test } from './fake-window.ts'

test.use({ fake: { scenario: 'many' } })

/** Rows that are there as elements: the list's own, and none of the table's head. */
const rowCount = (page: Page) => page.locator('[data-test^="container-"]').count()

test.describe('5,000 containers', () => {
  test('are a screenful of rows, to the very last of them', async ({ page }) => {
    const rows = page.locator('[data-test^="container-"]')
    await expect(rows.first()).toBeVisible()
    const shown = await rowCount(page)
    expect(shown).toBeGreaterThan(5)
    expect(shown).toBeLessThan(120)
    await page.getByTestId('containers').evaluate((list) => list.scrollTo(0, list.scrollHeight))
    // By name: those of no project stand last.
    await expect(page.getByTestId('container-worker-04999')).toBeVisible()
    expect(await rowCount(page)).toBeLessThan(120)
  })

  test('are filtered as one types', async ({ page }) => {
    await expect(page.locator('[data-test^="container-"]').first()).toBeVisible()
    await page.keyboard.press('/')
    await page.keyboard.type('worker-04321')
    await expect(page.getByTestId('container-worker-04321')).toBeVisible()
    await expect.poll(() => rowCount(page)).toBe(1)
  })

  test('show each change of one of them soon', async ({ page, server }) => {
    const { store } = server.engine
    const row = page.locator('[data-test^="container-"]').first()
    await expect(row).toBeVisible()
    const name = (await row.getAttribute('data-test'))?.replace('container-', '') ?? ''
    const container = store.container(name)
    container.state = 'exited'
    container.exitCode = 77
    container.finishedAt = Date.now()
    store.changeContainer(container, 'die', { exitCode: '77' })
    await expect(page.getByTestId(`container-${name}`)).toContainText('77', { timeout: 2000 })
    // One container was asked for, and no list of all.
    const asked = lists(server.engine)
    expect(asked.filter((path) => !path.includes('filters'))).toHaveLength(1)
    expect(asked.at(-1)).toContain(container.id)
  })
})

test.describe('a storm of 200 events a second', () => {
  test('costs one small question for a burst, and the page stays quick', async ({
    page,
    server,
  }) => {
    await expect(page.locator('[data-test^="container-"]').first()).toBeVisible()
    const before = lists(server.engine).length
    const stop = server.engine.storm(200)
    // The time from a key to its letter, while it storms.
    const filter = page.getByRole('combobox').or(page.getByRole('searchbox')).first()
    const frames = await page.evaluate(measureFrames, 4000)
    await filter.focus()
    const began = Date.now()
    await page.keyboard.type('worker')
    await expect(filter).toHaveValue('worker')
    expect(Date.now() - began).toBeLessThan(2000)
    stop()
    const asked = lists(server.engine).slice(before)
    expect(asked.length, 'questions of at least 800 events').toBeLessThan(400)
    expect(asked.filter((path) => !path.includes('filters')).length).toBeLessThanOrEqual(1)
    expect(frames.worst, 'the longest pause between two frames, in ms').toBeLessThan(700)
  })

  test('ends with what the engine has', async ({ page, server }) => {
    await expect(page.locator('[data-test^="container-"]').first()).toBeVisible()
    const stop = server.engine.storm(200)
    await expect.poll(() => lists(server.engine).length).toBeGreaterThan(5)
    stop()
    const { store } = server.engine
    const last = store.container('worker-00001')
    toggle(store, last.id)
    const count = (state: string) =>
      [...store.containers.values()].filter((container) => container.state === state).length
    const running = new Intl.NumberFormat('en-GB').format(count('running'))
    // The toggles over the list count what the window believes.
    await expect(page.locator('main')).toContainText(new RegExp(`${running}|${count('running')}`))
  })
})

test.describe('10,000 images', () => {
  test.use({ start: '/images' })
  test('are a screenful of rows, to the very last of them', async ({ page }) => {
    const rows = page.locator('[data-test^="image-"]')
    await expect(rows.first()).toBeVisible()
    await page.evaluate(() => {
      const all = [...document.querySelectorAll('main *')]
      const list = all.filter((element) => element.scrollHeight > 20_000).at(-1)
      list?.scrollTo(0, list.scrollHeight)
    })
    expect(await page.locator('main [role="row"]').count()).toBeLessThan(120)
  })
})

/** What the window's list asks; ports ask for those that run once, and then for each that starts. */
function lists({ requests }: FakeEngine): string[] {
  return requests.filter((request) => request.includes('/containers/json?all=true'))
}

/** The longest pause between two frames, over some time. */
function measureFrames(ms: number): Promise<{ worst: number; count: number }> {
  return new Promise((resolve) => {
    const began = performance.now()
    let [last, worst, count] = [began, 0, 0]
    const frame = (now: number) => {
      worst = Math.max(worst, now - last)
      last = now
      count += 1
      if (now - began < ms) requestAnimationFrame(frame)
      else resolve({ worst, count })
    }
    requestAnimationFrame(frame)
  })
}
