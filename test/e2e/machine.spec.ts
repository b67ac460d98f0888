import { expect, test } from './berth.ts'
import { askApp } from './cli.ts'

test.describe('the machine', () => {
  test.skip(process.env['BERTH_TEST_FULL'] !== '1', 'it costs a boot: BERTH_TEST_FULL=1')
  test.setTimeout(600_000)

  test('is stopped and started from the window, which shows how far it is', async ({ window }) => {
    const { page } = window
    await window.orderMachine('Stop machine')
    await window.confirm.click()
    await expect(page.getByRole('heading', { name: 'The machine is stopped' })).toBeVisible({
      timeout: 120_000,
    })
    await page.getByRole('button', { name: 'Start machine' }).click()
    await expect(page.getByRole('heading', { name: 'Starting the machine' })).toBeVisible()
    for (const stage of ['Check the system image', 'Boot the machine', 'Start Docker Engine'])
      await expect(page.getByTestId('machine').getByText(stage)).toBeVisible()
    await expect(page.getByTestId('run').first()).toBeVisible({ timeout: 300_000 })
    expect(await askApp(async (api) => (await api.machine.status()).state)).toBe('running')
  })
})
