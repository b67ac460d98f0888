import type { Page } from '@playwright/test'
import { ImagesPage } from '../pages/images-page.ts'
import { expect, test } from './fake-window.ts'

test.use({ start: '/images' })

const rowsOf = (page: Page) => page.getByTestId('transfer-layer')

test('a pull is followed layer by layer, with what is unpacked told apart', async ({ page }) => {
  const images = new ImagesPage(page)
  await images.pull('berth/held')
  await expect(images.active).toContainText('berth/held:latest')
  await expect(rowsOf(page)).toHaveCount(4)
  await expect(rowsOf(page).nth(0)).toContainText('complete')
  await expect(rowsOf(page).nth(1)).toContainText('extracting')
  await expect(rowsOf(page).nth(3)).toContainText('downloading14 / 16 MB')
  await expect(rowsOf(page).nth(3)).toContainText('90%')
  await expect(images.active).toContainText('Pulling · 38.4 MB of 40 MB')
  await expect(images.active).toContainText('1 of 4 unpacked')
})

test('a pull that went well stays until it is closed', async ({ page }) => {
  const images = new ImagesPage(page)
  await images.pull('berth/app')
  await expect(images.loaded).toContainText('Pulled · 40 MB of 40 MB')
  await images.loaded.getByRole('button', { name: 'Close berth/app:latest' }).click()
  await expect(page.getByTestId('transfers')).toHaveCount(0)
  await expect(page.getByTestId('transfers-button')).toHaveCount(0)
})

test('of many layers those that are through fold away', async ({ page }) => {
  const images = new ImagesPage(page)
  await images.pull('berth/many-held')
  await expect(page.getByTestId('transfer-fold')).toHaveText(/^Show the \d+ that are complete/)
  await images.active.getByRole('button', { name: 'Cancel berth/many-held:latest' }).click()
  await expect(page.getByTestId('transfer-cancelled')).toBeVisible()
  const before = await rowsOf(page).count()
  expect(before).toBeLessThan(12)
  await page.getByTestId('transfer-fold').click()
  await expect(rowsOf(page)).toHaveCount(12)
})

test('a pull that was cancelled has ended in the engine, and is resumed where it was', async ({
  page,
  server,
}) => {
  const images = new ImagesPage(page)
  await images.pull('berth/held')
  await expect(rowsOf(page).nth(1)).toContainText('extracting')
  await images.active.getByRole('button', { name: 'Cancel berth/held:latest' }).click()
  const cancelled = page.getByTestId('transfer-cancelled')
  await expect(cancelled).toContainText('resuming goes on from there')
  await expect(rowsOf(page).nth(3)).toContainText('stopped')
  await expect.poll(() => server.engine.store.keptPulls.has('berth/held:latest')).toBe(true)
  expect(server.engine.store.findImage('berth/held')).toBeUndefined()
  await cancelled.getByRole('button', { name: 'Resume berth/held:latest' }).click()
  // Three of its four layers were there.
  await expect(images.loaded).toContainText('Pulled · 16 MB of 16 MB')
  await expect(images.row('berth/held:latest')).toBeVisible()
  await expect(page.getByTestId('transfers').getByRole('article')).toHaveCount(1)
})

test('a pull that is cancelled is ending until the engine has let go of it', async ({
  page,
  server,
}) => {
  const letGo = server.engine.cling()
  const images = new ImagesPage(page)
  await images.pull('berth/held')
  await expect(rowsOf(page)).toHaveCount(4)
  await images.active.getByRole('button', { name: 'Cancel berth/held:latest' }).click()
  const ending = page.getByTestId('transfer-ending')
  await expect(ending.getByRole('status')).toHaveText('Cancelling')
  await expect(ending.getByRole('button', { name: 'Cancel berth/held:latest' })).toBeDisabled()
  await page.reload()
  await expect(ending).toContainText('berth/held:latest')
  letGo()
  await expect(page.getByTestId('transfer-cancelled')).toContainText('berth/held:latest')
})

test('a pull that failed says why in a sentence, and is tried again', async ({ page, server }) => {
  const images = new ImagesPage(page)
  server.engine.breakNext('/images/create', {
    status: 500,
    message: 'failed to resolve reference "docker.io/berth/app:latest": 429 Too Many Requests',
  })
  await images.pull('berth/app')
  await expect(images.failed.getByRole('alert')).toContainText(
    'docker.io has had too many requests from here and asks to wait.',
  )
  await expect(images.failed.getByTestId('transfer-way-out')).toHaveText('Mirrors')
  await images.failed.getByRole('button', { name: 'Try again' }).click()
  await expect(images.failed).toHaveCount(0)
  await expect(images.loaded).toContainText('berth/app:latest')
})

test('a pull goes on while the page is loaded anew, and is told of on other pages', async ({
  page,
  server,
  visit,
}) => {
  const images = new ImagesPage(page)
  await images.pull('berth/held')
  await expect(rowsOf(page)).toHaveCount(4)
  await page.reload()
  await expect(images.active).toContainText('berth/held:latest')
  expect(server.engine.store.keptPulls.has('berth/held:latest')).toBe(false)
  await visit('/settings')
  await page.getByTestId('transfers-hide').click()
  await expect(images.active).toHaveCount(0)
  const button = page.getByTestId('transfers-button')
  await expect(button).toHaveText(/^\d+%$/)
  await button.click()
  await images.active.getByRole('button', { name: 'Cancel berth/held:latest' }).click()
  await expect(page.getByTestId('transfer-cancelled')).toContainText('berth/held:latest')
})

test('the end of a pull that came while its page was away is told, and not once more', async ({
  page,
  server,
}) => {
  const images = new ImagesPage(page)
  await images.pull('berth/held')
  await expect(rowsOf(page)).toHaveCount(4)
  const address = page.url()
  await page.goto('about:blank')
  server.engine.hangUp()
  await page.goto(address)
  await expect(images.failed).toContainText('berth/held:latest')
  const notices = page.getByTestId('notices-panel')
  await page.getByTestId('notices').click()
  await expect(notices.getByRole('listitem')).toContainText('berth/held:latest')
  await page.reload()
  await expect(images.failed).toContainText('berth/held:latest')
  await page.getByTestId('notices').click()
  await expect(notices).toContainText('Nothing has happened that you should know')
})

test('an image is pushed under a new name, which it gets first', async ({ page, server }) => {
  const images = new ImagesPage(page)
  await images.order('busybox:latest', 'Push…')
  await expect(page.getByRole('dialog')).toContainText('Docker Hub wants your account')
  await page.getByTestId('push-name').fill('registry.example/team/web:2')
  await expect(page.getByRole('dialog')).toContainText(
    'Goes to registry.example as registry.example/team/web:2. The image gets this name first.',
  )
  await page.getByTestId('push-submit').click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(images.loaded).toContainText('Pushed')
  const tagged = server.engine.store.findImage('registry.example/team/web:2')
  expect(tagged?.tags).toContain('busybox:latest')
})

test('a push that a registry refuses leads to the login there', async ({ page }) => {
  const images = new ImagesPage(page)
  await images.order('busybox:latest', 'Push…')
  await page.getByTestId('push-name').fill('denied.example/app:1')
  await page.getByTestId('push-submit').click()
  await expect(images.failed.getByRole('alert')).toContainText(
    'denied.example takes denied.example/app:1 only from somebody who has logged in there.',
  )
  await images.failed.getByTestId('transfer-way-out').click()
  await expect(page).toHaveURL(/#\/registries$/)
})

test.describe('in Chinese', () => {
  test.use({ locale: 'zh-CN' })

  test('a pull, its end and its failure are told in Chinese', async ({ page }) => {
    const images = new ImagesPage(page)
    await images.pull('berth/held')
    await expect(images.active).toContainText('正在拉取')
    await expect(rowsOf(page).last()).toContainText('下载中')
    await images.active.getByRole('button', { name: '取消 berth/held:latest' }).click()
    await expect(page.getByTestId('transfer-cancelled')).toContainText('继续')
    await images.pull('berth/missing')
    await expect(images.failed.getByRole('alert')).toContainText('找不到镜像')
  })
})
