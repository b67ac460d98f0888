import type { Page } from '@playwright/test'
import { expect, test } from './fake-window.ts'

test.use({ start: '/settings/engine', fake: { scenario: 'running', stepMs: 20 } })

const textOf = (page: Page) => page.getByTestId('engine-text')
const fieldOf = (page: Page, key: string) => page.getByTestId(`engine-${key}`)

test('the form writes the text, and the text fills the form', async ({ page }) => {
  await fieldOf(page, 'mtu').getByRole('textbox').fill('1400')
  await expect(textOf(page)).toHaveValue('{\n  "mtu": 1400\n}\n')
  await textOf(page).fill('{"mtu": 1300, "dns": ["1.1.1.1", "8.8.8.8"], "debug": true}')
  await expect(fieldOf(page, 'mtu').getByRole('textbox')).toHaveValue('1300')
  await expect(fieldOf(page, 'dns').getByRole('textbox')).toHaveValue('1.1.1.1\n8.8.8.8')
  await expect(fieldOf(page, 'debug').getByRole('combobox')).toHaveText('true')
  await fieldOf(page, 'mtu').getByRole('textbox').fill('')
  await expect(textOf(page)).not.toHaveValue(/mtu/)
  await expect(textOf(page)).toHaveValue(/"dns"[^]*"debug": true/)
})

test('what is wrong is told by line and column, and cannot be applied', async ({
  page,
  server,
}) => {
  await textOf(page).fill('{\n  "debug": true,\n  "bip": "999.1.1.1/24"\n}')
  await expect(page.getByTestId('engine-problems')).toHaveText(/^3:10999\.1\.1\.1\/24 has not/)
  await expect(fieldOf(page, 'bip').getByRole('alert')).toBeVisible()
  await expect(page.getByTestId('engine-apply')).toBeDisabled()
  await textOf(page).fill('{"debug": true,}')
  await expect(page.getByTestId('engine-problems')).toContainText('1:15')
  await expect(fieldOf(page, 'mtu').getByRole('textbox')).toBeDisabled()
  expect(server.machine.engineSettings.asked).toEqual([])
})

test('what it takes is said before it is applied, and then done', async ({ page, server }) => {
  await fieldOf(page, 'registry-mirrors').getByRole('textbox').fill('https://mirror.example')
  await expect(page.getByTestId('engine-takes')).toHaveText(
    'The engine takes this on while it runs.',
  )
  await fieldOf(page, 'mtu').getByRole('textbox').fill('1400')
  await expect(page.getByTestId('engine-takes')).toContainText('started anew')
  server.machine.engineSettings.hasContainers = true
  await fieldOf(page, 'mtu').getByRole('textbox').fill('1450')
  await expect(page.getByTestId('engine-takes')).toContainText('so mtu will count after')
  server.machine.engineSettings.hasContainers = false
  await fieldOf(page, 'mtu').getByRole('textbox').fill('1400')
  await expect(page.getByTestId('engine-changes')).toContainText('mtu')
  await page.getByTestId('engine-apply').click()
  await expect(page.getByTestId('engine-outcome')).toContainText('answers with these settings')
  await expect(page.getByTestId('engine-apply')).toBeHidden()
  expect(JSON.parse(server.machine.engineSettings.used)).toEqual({
    ...{ 'registry-mirrors': ['https://mirror.example'], mtu: 1400 },
  })
})

test('settings that do not hold are taken back, with what had been changed', async ({
  page,
  server,
}) => {
  server.machine.engineSettings.fails = (text) =>
    text.includes('10.9') ? 'failed to start daemon: the bridge is taken' : undefined
  await fieldOf(page, 'bip').getByRole('textbox').fill('10.9.0.1/24')
  await page.getByTestId('engine-apply').click()
  const outcome = page.getByTestId('engine-outcome')
  await expect(outcome).toContainText('the bridge is taken')
  await expect(outcome.getByTestId('engine-changes')).toContainText('10.9.0.1/24')
  // What was typed stays, to be corrected; who has let go of it finds it where it is told of.
  await expect(fieldOf(page, 'bip').getByRole('textbox')).toHaveValue('10.9.0.1/24')
  await page.getByTestId('engine-revert').click()
  await expect(textOf(page)).toHaveValue('{}\n')
  await page.getByTestId('engine-edit').click()
  await expect(fieldOf(page, 'bip').getByRole('textbox')).toHaveValue('10.9.0.1/24')
})

test('keys are found by their names and by what they do', async ({ page }) => {
  await page.getByPlaceholder('Search settings of the engine').fill('mirror')
  await expect(page.getByTestId('engine-registry-mirrors')).toBeVisible()
  await expect(page.getByTestId('engine-mtu')).toBeHidden()
})

test('the settings lead to it', async ({ page, visit }) => {
  await visit('/settings#engine')
  await page.getByTestId('engine-open').click()
  await expect(textOf(page)).toBeVisible()
})
