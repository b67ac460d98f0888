import { expect, test } from './fake-window.ts'

test('a pasted docker run line fills the form, pulls what is missing and runs', async ({
  page,
  server,
}) => {
  await page.getByTestId('run').click()
  await page.getByTestId('run-paste-open').click()
  await page
    .getByTestId('run-paste')
    .fill('$ docker run -d --name pasted \\\n  -p 9123:80 -e A=1 --env-file .env httpd:2.4')
  await page.getByTestId('run-paste-take').click()
  await expect(page.getByTestId('run-name')).toHaveValue('pasted')
  await expect(page.getByTestId('run-pasted')).toContainText('--env-file')
  await expect(page.getByTestId('run-equivalent')).toContainText(
    /docker run -d --name pasted -p 9123:80 -e A=1 httpd:2.4/,
  )
  await page.getByTestId('run-submit').click()
  await expect(page.getByText('pasted is running', { exact: true })).toBeVisible()
  expect(server.engine.store.container('pasted').state).toBe('running')
})

test('what the engine refuses is told at its field, and what was typed is kept', async ({
  page,
}) => {
  await page.getByTestId('run').click()
  await page.getByTestId('run-paste-open').click()
  await page.getByTestId('run-paste').fill('docker run --name web nginx:1.29-alpine')
  await page.getByTestId('run-paste-take').click()
  await page.getByTestId('run-submit').click()
  const field = page.locator('[data-field=name]')
  await expect(field).toContainText('There is already a container named web.')
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('run-form')).toHaveCount(0)
  await page.getByTestId('run').click()
  await expect(page.getByTestId('run-name')).toHaveValue('web')
})
