import type { Page } from '@playwright/test'
import { expect, test } from './fake-window.ts'

test.use({ start: '/reclaim', fake: { scenario: 'running', stepMs: 20 } })

const tickOf = (page: Page, kind: string) =>
  page.getByTestId(`reclaim-${kind}`).getByRole('checkbox').first()

test('does what is ticked, which loses no data, and shows what came back', async ({
  page,
  server,
}) => {
  const { store } = server.engine
  const volumes = [...store.volumes.keys()]
  for (const kind of ['dangling-images', 'build-cache', 'trim', 'caches'])
    await expect(tickOf(page, kind)).toBeChecked()
  for (const kind of ['containers', 'anonymous-volumes', 'volumes', 'logs'])
    await expect(tickOf(page, kind)).not.toBeChecked()
  await page.getByTestId('reclaim-begin').click()
  await expect(page.getByTestId('report-summary')).toHaveText('Space reclaimed')
  await expect(page.getByTestId('reclaim-host')).toContainText('less')
  await expect(page.getByTestId('reclaim-build-cache')).toContainText('1.97 GB freed')
  expect([...store.volumes.keys()]).toEqual(volumes)
  expect([...store.buildCache.values()].every(({ inUse }) => inUse)).toBe(true)
  // What is left stands in the next plan.
  await page.getByTestId('reclaim-again').click()
  await expect(page.getByTestId('reclaim-volumes')).toBeVisible()
  await expect(page.getByTestId('reclaim-build-cache')).toBeHidden()
})

test('asks before volumes go, and removes the one that was chosen', async ({ page, server }) => {
  const { volumes } = server.engine.store
  const row = page.getByTestId('reclaim-volumes')
  await row.getByRole('button', { name: 'Show what is in it' }).click()
  await row.getByRole('checkbox', { name: 'Choose legacy_mysql-data' }).click()
  await page.getByTestId('reclaim-begin').click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('legacy_mysql-data')
  await expect(dialog).not.toContainText('scratch')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(dialog).toBeHidden()
  expect(volumes.has('legacy_mysql-data')).toBe(true)
  await page.getByTestId('reclaim-begin').click()
  await page.getByTestId('confirm').click()
  await expect(page.getByTestId('report-summary')).toHaveText('Space reclaimed')
  expect(volumes.has('legacy_mysql-data')).toBe(false)
  expect(volumes.has('scratch')).toBe(true)
})

test('does not say that nothing was freed while only memory is', async ({ page, server }) => {
  const { machine } = server
  const { promise: held, resolve: release } = Promise.withResolvers<undefined>()
  const exec = machine.exec.bind(machine)
  machine.exec = async (argv, options) => {
    if (argv.includes('caches')) await held
    return exec(argv, options)
  }
  for (const kind of ['dangling-images', 'build-cache', 'trim']) await tickOf(page, kind).click()
  await page.getByTestId('reclaim-begin').click()
  await expect(page.getByTestId('reclaim-caches')).toContainText('At work')
  const foot = page.locator('footer').filter({ has: page.getByTestId('reclaim-stop') })
  await expect(foot).toContainText('Reclaiming…')
  await expect(foot).not.toContainText('freed')
  release(undefined)
  await expect(page.getByTestId('report-summary')).toHaveText('Space reclaimed')
})

test('tells which step failed and why, and does the others', async ({ page, server }) => {
  server.machine.reclaim.broken.add('trim')
  await expect(page.getByTestId('reclaim-begin')).toBeVisible()
  await page.getByTestId('reclaim-begin').click()
  await expect(page.getByTestId('report-summary')).toHaveText('Some of it could not be done')
  await expect(page.getByTestId('reclaim-trim')).toContainText('Input/output error')
  await expect(page.getByTestId('reclaim-caches')).toContainText('Done')
})

test('keeps how it ended for who was on another page, and looks anew once that was seen', async ({
  page,
}) => {
  await page.getByTestId('reclaim-begin').click()
  await page.getByRole('link', { name: 'Doctor' }).click()
  await expect(page.getByTestId('report-summary')).toBeVisible()
  await page.getByRole('link', { name: 'Reclaim space' }).click()
  await expect(page.getByTestId('report-summary')).toHaveText('Space reclaimed')
  await page.getByRole('link', { name: 'Doctor' }).click()
  await page.getByRole('link', { name: 'Reclaim space' }).click()
  await expect(page.getByTestId('reclaim-begin')).toBeVisible()
  await expect(page.getByTestId('report-summary')).toBeHidden()
  await expect(page.getByTestId('reclaim-build-cache')).toBeHidden()
})

test('is found by its keys', async ({ page, visit }) => {
  await visit('/')
  await page.keyboard.press('g')
  await page.keyboard.press('f')
  await expect(page.getByRole('heading', { name: 'Reclaim space' })).toBeVisible()
})

test.describe('an engine with nothing in it', () => {
  test.use({ fake: { scenario: 'empty' } })
  test('has nothing to reclaim', async ({ page }) => {
    await expect(page.getByText('Nothing to reclaim')).toBeVisible()
    await expect(page.getByTestId('reclaim-begin')).toBeHidden()
  })
})

test.describe('while it runs', () => {
  test.use({ fake: { scenario: 'running', stepMs: 1200 } })
  test('goes on while another page is looked at, and can be stopped', async ({ page, server }) => {
    await tickOf(page, 'containers').click()
    await page.getByTestId('reclaim-begin').click()
    await expect(page.getByTestId('reclaim-stop')).toBeVisible()
    await page.getByRole('link', { name: 'Doctor' }).click()
    await page.getByRole('link', { name: 'Reclaim space' }).click()
    await page.getByTestId('reclaim-stop').click()
    await expect(page.getByTestId('report-summary')).toHaveText(/^Stopped/)
    await expect(page.getByText('At work')).toHaveCount(0)
    await expect(page.getByText('Waiting')).toHaveCount(0)
    expect(server.engine.store.buildCache.size).toBe(7)
  })
})

test.describe('names of others', () => {
  test.use({ fake: { scenario: 'hostile' } })
  test('are text', async ({ page }) => {
    const row = page.getByTestId('reclaim-volumes')
    await row.getByRole('button', { name: 'Show what is in it' }).click()
    await expect(row.getByText('evil', { exact: false })).toBeVisible()
  })
})
