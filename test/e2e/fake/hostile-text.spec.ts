import { expect, test } from './fake-window.ts'
import { allRoutes } from './routes.ts'

test.use({ fake: { scenario: 'hostile' }, start: '/' })
test.describe.configure({ timeout: 180_000 })

/** Case 36 and 37: whatever an engine says is text on every page, and does nothing. */
test('nothing that an engine says becomes anything but text', async ({ page, server, visit }) => {
  const title = await page.title()
  await page.evaluate(() => {
    const watch = { clipboard: 0 }
    Reflect.set(window, 'watched', watch)
    const count = () => {
      watch.clipboard += 1
      return Promise.resolve()
    }
    Object.defineProperty(navigator.clipboard, 'writeText', { value: count })
  })
  for (const [name, route] of allRoutes(server.engine.store, 'hostile', 'hostile')) {
    await visit(route)
    await page.waitForLoadState('networkidle')
    // The corpus carries these, and no page of ours does.
    await expect(
      page.locator('img[src="x"], [onerror], [onload], script:not([src])'),
      name,
    ).toHaveCount(0)
    await expect(page.locator('a[href^="javascript:" i]'), name).toHaveCount(0)
    await expect(page.locator('main'), `${name} shows something`).not.toBeEmpty()
    expect(await page.title(), name).toBe(title)
  }
  const found = await page.evaluate(() => ({
    breached: Reflect.get(window, 'breached') as unknown,
    polluted: Reflect.get({}, 'x') as unknown,
    watched: Reflect.get(window, 'watched') as unknown,
  }))
  expect(found).toEqual({ watched: { clipboard: 0 } })
})

test.describe('the list', () => {
  test.use({ start: '/containers' })
  test('shows markup and braces as they are', async ({ page }) => {
    const row = page.getByTestId('container-hostile')
    await expect(row).toBeVisible()
    await expect(page.locator('main')).toContainText('onerror="window.breached=1"')
    await expect(page.locator('main')).toContainText('{{ 7*7 }}')
    await expect(page.locator('main')).not.toContainText('49}')
  })
})

test('a log shows what terminals would obey, as text or not at all', async ({
  page,
  server,
  visit,
}) => {
  const { id } = server.engine.store.container('hostile')
  await visit(`/containers/${id}/logs`)
  const log = page.getByTestId('log')
  await expect(log).toContainText('the last line')
  await log.evaluate((element) => element.scrollTo(0, 0))
  await expect(log).toContainText('<script>window.breached=1</script>')
  await expect(log).toContainText('after the clipboard')
  await expect(log).not.toContainText('b3duZWQ=')
  await expect(log).not.toContainText('owned title')
})
