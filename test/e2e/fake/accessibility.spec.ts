import type { Locator } from '@playwright/test'
import { findBarriers } from './barriers.ts'
import { expect, test } from './fake-window.ts'
import { overlays } from './overlays.ts'
import { allRoutes } from './routes.ts'

test.describe.configure({ timeout: 240_000 })

const allLooks = [
  { theme: 'light', language: 'en' },
  { theme: 'dark', language: 'zh-CN' },
  { theme: 'dark', language: 'en' },
] as const
/** Both themes and both languages; all that goes with all takes half a minute more for each of two rows. */
const looks = process.env['BERTH_TEST_FULL'] === '1' ? allLooks : allLooks.slice(0, 2)

for (const look of looks) {
  const name = `${look.theme}, ${look.language}`

  test.describe(name, () => {
    test.use({ fake: { settings: look }, start: '/' })

    test('no page has a serious barrier', async ({ page, server, visit }) => {
      const found: string[] = []
      for (const [name, route] of allRoutes(server.engine.store, 'shop-api-1', 'nginx')) {
        await visit(route)
        found.push(...(await findBarriers(page, name)))
      }
      expect(found).toEqual([])
    })

    test('nor has what opens over the pages', async ({ page, visit }) => {
      const found: string[] = []
      for (const { name, route, open } of overlays) {
        await visit(route)
        const overlay = await open(page)
        await expect(overlay, name).toBeVisible()
        found.push(...(await findBarriers(page, name)))
        if (name.startsWith('menu')) await expectFocusHeld(overlay)
        await page.keyboard.press('Escape')
        await expect(overlay, name).toHaveCount(0)
      }
      expect(found).toEqual([])
    })
  })

  test.describe(`${name}, with nothing there`, () => {
    test.use({ fake: { settings: look, scenario: 'empty' }, start: '/' })
    test('no page has a serious barrier', async ({ page, visit }) => {
      const found: string[] = []
      for (const route of ['/', '/containers', '/images']) {
        await visit(route)
        found.push(...(await findBarriers(page, `empty ${route}`)))
      }
      expect(found).toEqual([])
    })
  })
}

/** No Tab leads out of it to what it hides. */
async function expectFocusHeld(menu: Locator): Promise<void> {
  await menu.page().keyboard.press('Tab')
  expect(await menu.evaluate((element) => element.contains(document.activeElement))).toBe(true)
}
