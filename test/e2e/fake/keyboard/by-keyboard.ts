import type { Locator, Page } from '@playwright/test'
import { expect, test } from '../fake-window.ts'

/** What one does who has no pointer: what has the focus is always on the page, always seen, and never lost. */

export const grid = (page: Page, list: 'containers' | 'images') =>
  page.getByTestId(list).locator('table')
export const row = (page: Page, name: string) => page.getByTestId(`container-${name}`)
export const dialog = (page: Page) => page.getByRole('dialog')

/** Each spec begins on a page that has come up; many keys take their time. */
export function startByKeyboard() {
  test.describe.configure({ timeout: 90_000 })
  test.beforeEach(async ({ page }) => {
    await expect(page.getByTestId('health-line')).toBeVisible()
  })
}

/** Goes to a part with Tab alone, as one who cannot point would; `back` the other way. */
export async function tabTo(page: Page, part: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab') {
  await part.waitFor()
  for (let step = 0; step < 80; step += 1) {
    if (await part.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press(key)
  }
  throw new Error(`${String(part)} is not reached by ${key}`)
}

/** What has the focus, in words for a report. */
function readFocus(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement } = document
    if (!activeElement || activeElement === document.body) return 'nothing'
    const { dataset } = activeElement as HTMLElement
    const name = activeElement.getAttribute('aria-label') ?? activeElement.textContent
    return dataset['test'] ?? `${activeElement.tagName.toLowerCase()} ${name.trim()}`.trim()
  })
}

/** The focus is somewhere on the page, and stays there. */
export async function expectFocus(page: Page, where?: Locator) {
  if (where) await expect(where).toBeFocused()
  else await expect.poll(() => readFocus(page)).not.toBe('nothing')
}

/** Tab goes round in the dialog that stands open, and every stop can be seen. */
export async function expectTrapped(page: Page) {
  const stops = new Set<string>()
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press('Tab')
    const inside = await page.evaluate(
      () => document.activeElement?.closest('[role=dialog], [role=alertdialog]') !== null,
    )
    expect(inside, `after ${String(step + 1)} Tabs: ${await readFocus(page)}`).toBe(true)
    stops.add(await readFocus(page))
  }
  expect(stops.size).toBeGreaterThan(0)
}

/** Puts the cursor of a list on a row by keys. */
export async function pointAt(page: Page, list: Locator, wanted: Locator) {
  const id = await wanted.getAttribute('id')
  await list.press('Home')
  for (let step = 0; step < 60; step += 1) {
    if ((await list.getAttribute('aria-activedescendant')) === id) return
    await page.keyboard.press('ArrowDown')
  }
  throw new Error('no such row')
}

/** One key after the other. */
export async function press(page: Page, ...keys: string[]) {
  for (const key of keys) await page.keyboard.press(key)
}

/** What is typed next is for the palette. */
export async function openPalette(page: Page) {
  await press(page, 'ControlOrMeta+k')
  await expect(page.getByTestId('palette-input')).toBeFocused()
}
