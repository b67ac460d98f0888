import { expect, test } from './fake-window.ts'

test.use({ start: '/ports', fake: { taken: { 8080: 'nginx' } } })

test('every published port is a row that leads to a browser and to its container', async ({
  page,
}) => {
  const list = page.getByTestId('ports')
  await expect(list.locator('tr[data-id]')).toHaveCount(8)
  const row = page.getByTestId('port-3000')
  await expect(row.getByRole('link').first()).toHaveAttribute('href', /:3000$/)
  await expect(row).toContainText('open')
  await row.getByRole('link', { name: 'shop-api-1' }).click()
  await expect(page).toHaveURL(/containers\/.+\/ports$/)
  await expect(page.getByTestId('port-row').first()).toContainText(':3000')
})

test('a taken port names who has it, gets a way round, and opens when it is free', async ({
  page,
  server,
}) => {
  const row = page.getByTestId('port-8080')
  await expect(row).toContainText('in use by nginx')
  const trouble = page.getByTestId('port-trouble')
  await expect(trouble).toContainText('Port 8080 is in use by nginx (process 4711)')
  await page.getByTestId('port-go-round').click()
  await expect(page.getByTestId('port-49152')).toContainText('forward')
  server.hostPorts.taken.clear()
  // What was made is told above the button for a while.
  await trouble.getByRole('button', { name: 'Try again' }).press('Enter')
  await expect(row).toContainText('open')
  await expect(trouble).toBeHidden()
})

test('the list is worked by keys, and a forward goes with Delete', async ({ page }) => {
  await page.getByTestId('port-go-round').click()
  await expect(page.getByTestId('port-49152')).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type('49152')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Delete')
  await expect(page.getByTestId('port-49152')).toBeHidden()
})

test('the network is let in for one port, and for all by the setting', async ({ page, visit }) => {
  await page.getByTestId('port-3000').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Let the network in' }).click()
  await expect(page.getByTestId('port-3000')).toContainText('network')
  await visit('/settings#ports')
  await page.getByTestId('publish-to').getByRole('tab', { name: 'Network' }).click()
  await visit('/ports')
  await expect(page.getByTestId('port-9090')).toContainText('network')
})

test('a port that is not published is forwarded from the page and from its container', async ({
  page,
  server,
  visit,
}) => {
  await page.getByTestId('port-add').click()
  await page.getByTestId('forward-container').click()
  await page.getByRole('option', { name: 'shop-db-1' }).click()
  await expect(page.getByLabel('Port in the container')).toHaveValue('5432')
  await page.getByTestId('forward-submit').click()
  await expect(page.getByTestId('port-49152')).toContainText('shop-db-1:5432')
  const { id } = server.engine.store.container('rabbit')
  await visit(`/containers/${id}/ports`)
  await page.getByTestId('port-forward').first().click()
  await expect(
    page.getByText('localhost:49153').or(page.getByText('127.0.0.1:49153')).first(),
  ).toBeVisible()
})
