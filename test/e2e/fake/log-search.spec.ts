import { addContainer } from '../../support/fake-engine/make.ts'
import { expect, test } from './fake-window.ts'

test.describe('a regular expression in a log', () => {
  test.beforeEach(async ({ server, visit, page }) => {
    addContainer(server.engine.store, {
      ...{ name: 'bait', image: 'busybox:latest', age: 1000, state: 'running' },
      log: {
        ...{ past: 40, everyMs: 0, perSecond: Infinity, end: 40 },
        line: (index) => ({ source: 'stdout', text: `${'a'.repeat(60 + (index % 3))} ${index}` }),
      },
    })
    await visit('/containers/bait/logs')
    await expect(page.getByTestId('log')).toContainText('aaa 39')
    await page.getByRole('button', { name: 'Regular expression' }).click()
  })

  test('finds and marks what it matches', async ({ page }) => {
    await page.getByTestId('log-search').fill(String.raw`a \d$`)
    await expect(page.getByTestId('log-found')).toHaveText('10 found')
    await page.getByTestId('log-search').press('Enter')
    await expect(page.locator('mark').filter({ hasText: /^a \d$/ })).not.toHaveCount(0)
  })

  test('that never ends does not stop the window', async ({ page }) => {
    await page.getByTestId('log-search').fill('(a+)+b')
    const answered = await page.evaluate(async () => {
      const began = performance.now()
      for (let frame = 0; frame < 12; frame += 1) await new Promise(requestAnimationFrame)
      return performance.now() - began
    })
    expect(answered).toBeLessThan(2000)
    await expect(page.getByTestId('log-found')).toContainText('takes too long')
    await page.getByTestId('log-search').fill('a 7')
    await expect(page.getByTestId('log-found')).toHaveText('1 found')
  })
})
