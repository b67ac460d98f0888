import { mkdtemp, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import type { Page } from '@playwright/test'
import { VmError } from '#vm'
import { expect, test as base } from './fake-window.ts'

const room = { folder: '/drive', needed: '19.0 GiB', free: '812 MiB' }

/** A folder of this computer that the picker shows. */
const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(homedir(), 'berth-drive-'))
    await use(folder)
    await rm(folder, { recursive: true })
  },
})
test.use({ start: '/settings#machine' })

async function chooseFolder(page: Page, folder: string) {
  await page.getByTestId('data-disk-move').click()
  await page.getByTestId('data-disk').getByTestId('browse').click()
  const picker = page.getByTestId('picker')
  await picker.getByRole('option', { name: basename(folder) }).click()
  await page.getByTestId('picker-choose').click()
  await expect(page.getByTestId('data-disk-folder')).toHaveValue(folder)
  await page.getByTestId('data-disk-go').click()
}

test('the data disk is moved to a folder that is chosen, and back', async ({ page, folder }) => {
  await chooseFolder(page, folder)
  await expect(page.getByRole('dialog')).toContainText('The machine is stopped in order')
  await page.getByTestId('confirm').click()
  const disk = page.getByTestId('data-disk')
  await expect(disk.getByRole('progressbar')).toBeVisible()
  await expect(disk).toContainText('Copying')
  await expect(page.getByTestId('data-disk-path')).toHaveText(join(folder, 'data.raw'))
  await expect(disk).toContainText('Moved')
  await expect(page.getByTestId('health-line')).toContainText('running', { ignoreCase: true })
  await page.getByTestId('data-disk-back').click()
  await page.getByTestId('confirm').click()
  await expect(page.getByTestId('data-disk-back')).toBeHidden()
  await expect(page.getByTestId('data-disk-path')).not.toContainText(folder)
})

test.describe('of a large disk', () => {
  test.use({ fake: { stepMs: 600 } })
  test('a move that is cancelled leaves the disk, and the machine runs again', async ({
    page,
    server,
    visit,
    folder,
  }) => {
    const before = await page.getByTestId('data-disk-path').textContent()
    await chooseFolder(page, folder)
    await page.getByTestId('confirm').click()
    await expect(page.getByTestId('data-disk')).toContainText('Copying')
    // It belongs to the window, not to the page.
    await page.getByRole('link', { name: 'Images' }).first().click()
    await visit('/settings#machine')
    await page.getByTestId('data-disk-cancel').click()
    await expect(page.getByTestId('data-disk-path')).toHaveText(before ?? '')
    await expect.poll(() => server.machine.snapshot.state.phase).toBe('running')
  })
})

test('a folder without room is told in a sentence, and nothing stops', async ({ page, server }) => {
  server.machine.moveDisk = () => Promise.reject(new VmError('disk-no-room', room))
  await page.getByTestId('data-disk-move').click()
  await page.getByTestId('data-disk-folder').fill('/drive')
  await page.getByTestId('data-disk-folder').press('Enter')
  await page.getByTestId('confirm').click()
  await expect(page.getByTestId('data-disk-failure')).toContainText(
    '19.0 GiB are needed and 812 MiB are free',
  )
  expect(server.machine.snapshot.state.phase).toBe('running')
})

test('a disk that was moved is there, though the machine does not start on it', async ({
  page,
  server,
}) => {
  server.machine.start = () => Promise.reject(new VmError('boot-timeout', { seconds: 90 }))
  await page.getByTestId('data-disk-move').click()
  await page.getByTestId('data-disk-folder').fill('/drive')
  await page.getByTestId('data-disk-folder').press('Enter')
  await page.getByTestId('confirm').click()
  await expect(page.getByTestId('data-disk-failure')).toContainText(
    'lies whole at /drive/data.raw now, but the machine did not start',
  )
  await expect(page.getByTestId('data-disk-path')).toHaveText('/drive/data.raw')
  await expect(page.getByTestId('data-disk-folder')).toBeHidden()
})
