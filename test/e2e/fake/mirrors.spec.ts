import type { Locator, Page } from '@playwright/test'
import { AppError, type Settings } from '#api'
import { Mirrors } from '../../../main/mirrors/mirrors.ts'
import { openSmallRegistry, pullBy, type SmallRegistry } from '../../support/small-registry.ts'
import { findBarriers } from './barriers.ts'
import { expect, test as base } from './fake-window.ts'

/** A registry that nobody has, so that only its mirrors can give anything. */
const registry = 'registry.invalid'

interface Places {
  good: SmallRegistry
  slow: SmallRegistry
  dead: SmallRegistry
}

/** Three mirrors of one registry, the dead one first. */
const test = base.extend<{ places: Places; look: Partial<Settings> }>({
  look: [{}, { option: true }],
  places: async ({}, use) => {
    await using good = await openSmallRegistry()
    await using slow = await openSmallRegistry({ pauseMs: 800 })
    await using dead = await openSmallRegistry()
    dead.status = 503
    await use({ good, slow, dead })
  },
  fake: async ({ places, look }, use) => {
    const mirrors = [places.dead, places.slow, places.good].map(({ url }) => ({
      ...{ registry, url, enabled: true },
    }))
    await use({ settings: { mirrors, ...look } })
  },
  start: '/mirrors',
})

const rowOf = (page: Page, { url }: { url: string }) => page.getByTestId(`endpoint-${url}`)
const card = (page: Page, name = registry) => page.getByTestId(`registry-${name}`)

/** The addresses of a registry's rows, from the top down. */
async function orderOf(scope: Locator): Promise<string[]> {
  const rows = scope.locator('tbody')
  const ids = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-test') ?? ''))
  return ids.map((id) => id.replace('endpoint-', ''))
}

test.describe('without mirrors', () => {
  test.use({ fake: { settings: { mirrors: [] }, scenario: 'stopped' } })

  test('it is told where images come from, while the machine is stopped, too', async ({ page }) => {
    await expect(page.getByRole('heading', { name: 'No mirrors yet' })).toBeVisible()
    await expect(page.getByTestId('mirrors')).toContainText('comes from its registry itself')
    await expect(page.getByTestId('bare').locator('li')).toHaveCount(6)
    await expect(page.getByTestId('served')).toContainText('Nothing has been pulled')
  })

  test('known mirrors are ticked and added, and are not offered again', async ({ page }) => {
    await page.getByTestId('mirror-add').click()
    await page.getByTestId('preset-https://docker.m.daocloud.io').click()
    await page.getByTestId('preset-https://ghcr.nju.edu.cn').getByRole('checkbox').press('Space')
    await page.getByRole('button', { name: 'Add 2' }).click()
    await expect(card(page, 'docker.io')).toContainText('DaoCloud')
    await expect(card(page, 'ghcr.io')).toContainText('Nanjing University')
    await card(page, 'docker.io').getByTestId('add-to').click()
    await expect(page.getByTestId('presets')).toContainText('added')
    await expect(page.getByTestId('presets')).not.toContainText('Nanjing')
  })
})

test('a bad address is refused in words, and a good one is added', async ({ page }) => {
  await page.getByTestId('mirror-add').click()
  await page.getByRole('radio', { name: 'Own address' }).click()
  await page.getByTestId('own-url').fill('mirror.example')
  await page.getByTestId('own-url').press('Enter')
  await expect(page.getByTestId('mirror-problem')).toContainText(
    'mirror.example is no address of a mirror; nothing was changed.',
  )
  await page.getByTestId('own-url').fill('https://mirror.example')
  await page.getByTestId('mirror-submit').click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(card(page, 'docker.io')).toContainText('mirror.example')
})

test('a mirror is switched off and on, and removed and had again', async ({
  page,
  places,
  server,
}) => {
  const row = rowOf(page, places.slow)
  await row.getByRole('switch').click()
  await expect(row.getByRole('switch')).not.toBeChecked()
  await expect(row).toContainText('Off')
  await row.getByTestId('remove').click()
  await expect(row).toBeHidden()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(row.getByRole('switch')).not.toBeChecked()
  const { settings } = await server.app.api.settings.get()
  expect(settings.mirrors.map(({ url }) => url)).toEqual(
    [places.dead, places.slow, places.good].map(({ url }) => url),
  )
})

test('mirrors change places by the arrow keys, and by being dragged', async ({ page, places }) => {
  const handle = rowOf(page, places.good).getByTestId('move')
  await handle.focus()
  await handle.press('ArrowUp')
  await expect
    .poll(async () => (await orderOf(card(page))).slice(0, 3))
    .toEqual([places.dead.url, places.good.url, places.slow.url])
  await expect(handle).toBeFocused()
  await expect(card(page).getByRole('status')).toContainText('is number 2 of 3 now')
  await handle.press('ArrowUp')
  await expect.poll(async () => (await orderOf(card(page)))[0]).toBe(places.good.url)
  await rowOf(page, places.slow).getByTestId('move').dragTo(rowOf(page, places.good))
  await expect.poll(async () => (await orderOf(card(page)))[0]).toBe(places.slow.url)
})

test('a test tells who is well and who is not, and the order follows it', async ({
  page,
  places,
  server,
}) => {
  // What was pulled is what an unknown registry is tested by.
  expect(await pullBy(server.app.paths.pullAddress, registry, 'team/tool')).toBe(200)
  await card(page).getByTestId('test').click()
  await expect(rowOf(page, places.good)).toContainText(/\d ms/)
  await expect(rowOf(page, places.good)).toContainText('B/s')
  await expect(rowOf(page, places.dead)).toContainText('answers with an error of its own')
  await expect(rowOf(page, places.dead)).toContainText('resting until')
  await rowOf(page, places.dead).getByTestId('show-faults').click()
  await expect(page.getByTestId('faults')).toContainText('status 503')
  await card(page).getByTestId('sort').click()
  await expect
    .poll(async () => (await orderOf(card(page))).slice(0, 3))
    .toEqual([places.good.url, places.slow.url, places.dead.url])
  await expect(card(page).getByTestId('sort')).toBeHidden()
})

test('what was pulled is told image by image, with who gave it', async ({
  page,
  places,
  server,
}) => {
  const { pullAddress } = server.app.paths
  await pullBy(pullAddress, registry, 'team/tool:1.2')
  const image = page.getByTestId(`served-${registry}/team/tool`)
  await expect(image).toContainText('1.2')
  await expect(image).toContainText('300 kB')
  await expect(rowOf(page, places.slow).getByTestId('given')).toContainText('300 kB')
  await image.getByRole('button').click()
  await expect(image).toContainText('manifest')
  for (const place of Object.values(places)) place.status = 503
  await pullBy(pullAddress, registry, 'team/other')
  await expect(page.getByTestId(`served-${registry}/team/other`)).toContainText(
    /registry\.invalid|answers with an error/,
  )
})

test('it is told when pulls do not come by way of the mirrors', async ({ page, server }) => {
  const { mirrors } = server.app.api
  expect(mirrors).toBeInstanceOf(Mirrors)
  if (mirrors instanceof Mirrors) mirrors.setError(new AppError('mirrors-off').toShape())
  await expect(page.getByTestId('mirrors-error')).toContainText('Restart Berth to try again')
})

test.describe('in Chinese', () => {
  test.use({ look: { language: 'zh-CN' } })
  test('the page and its dialog are Chinese', async ({ page }) => {
    await expect(page.getByRole('heading', { name: '镜像站', exact: true })).toBeVisible()
    await page.getByTestId('mirror-add').click()
    await expect(page.getByRole('dialog')).toContainText('DaoCloud')
    await page.getByRole('radio', { name: '自定义地址' }).click()
    await page.getByTestId('own-url').fill('ftp://mirror.example')
    await page.getByTestId('mirror-submit').click()
    await expect(page.getByTestId('mirror-problem')).toContainText('不是镜像站地址')
  })
})

for (const theme of ['light', 'dark'] as const)
  test.describe(`in ${theme}`, () => {
    test.use({ look: { theme } })
    test('a full page has no serious barrier', async ({ page, places, server }) => {
      const { pullAddress } = server.app.paths
      await pullBy(pullAddress, registry, 'team/tool')
      await pullBy(pullAddress, 'other.invalid', 'team/lost')
      await card(page).getByTestId('test').click()
      await rowOf(page, places.good).getByRole('switch').click()
      await expect(rowOf(page, places.slow)).toContainText('B/s')
      await rowOf(page, places.dead).getByTestId('show-faults').click()
      await page.getByTestId('served').getByRole('button').first().click()
      await page.getByTestId('served').getByRole('button').last().click()
      expect(await findBarriers(page, 'mirrors')).toEqual([])
    })
  })
