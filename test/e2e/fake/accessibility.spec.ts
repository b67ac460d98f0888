import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './fake-window.ts'
import { allRoutes } from './routes.ts'

test.describe.configure({ timeout: 240_000 })

/** What axe-core calls serious or critical, in a line each. */
async function findBarriers(page: Page, where: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ target, failureSummary = '' }) => {
        const why = failureSummary.split('\n').slice(1, 2).join('').trim()
        return `${where}: ${id} at ${target.join(' ')}: ${why}`
      }),
    )
}

for (const theme of ['light', 'dark'] as const) {
  test.describe(theme, () => {
    test.use({ fake: { settings: { theme } }, start: '/' })

    test('no page has a serious barrier', async ({ page, server, visit }) => {
      const found: string[] = []
      for (const [name, route] of allRoutes(server.engine.store, 'shop-api-1', 'nginx')) {
        await visit(route)
        await settle(page)
        found.push(...(await findBarriers(page, name)))
      }
      expect(found).toEqual([])
    })

    test('nor has what opens over the pages', async ({ page, visit }) => {
      const found: string[] = []
      const look = async (name: string) => {
        await settle(page)
        found.push(...(await findBarriers(page, name)))
        await page.keyboard.press('Escape')
      }
      await visit('/containers')
      await page.getByTestId('run').click()
      await look('run')
      await page.keyboard.press('ControlOrMeta+k')
      await look('palette')
      await page.keyboard.press('?')
      await look('shortcuts')
      await visit('/images')
      await page.getByTestId('pull').click()
      await look('pull')
      expect(found).toEqual([])
    })
  })

  test.describe(`${theme}, with nothing there`, () => {
    test.use({ fake: { settings: { theme }, scenario: 'empty' }, start: '/' })
    test('no page has a serious barrier', async ({ page, visit }) => {
      const found: string[] = []
      for (const route of ['/', '/containers', '/images']) {
        await visit(route)
        await settle(page)
        found.push(...(await findBarriers(page, `empty ${route}`)))
      }
      expect(found).toEqual([])
    })
  })
}

/** Until nothing moves: colours in the middle of a change are nobody's contrast. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle')
  await page.evaluate(async () => {
    const finite = document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity)
    await Promise.allSettled(finite.map((animation) => animation.finished))
  })
}
