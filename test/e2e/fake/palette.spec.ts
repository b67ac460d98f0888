import { expect, test } from './fake-window.ts'

test('the palette stops all containers of a Compose project', async ({ page, server, visit }) => {
  await visit('/images')
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByTestId('palette-input').fill('shop')
  await page.getByRole('option', { name: /^shop Containers/ }).click()
  await page.getByRole('option', { name: 'Stop', exact: true }).click()
  await expect(page.getByTestId('bulk-result')).toContainText('Stopped')
  const states = [...server.engine.store.containers.values()]
    .filter(({ labels }) => labels['com.docker.compose.project'] === 'shop')
    .map(({ state }) => state)
  expect(states.length).toBeGreaterThan(1)
  expect(states).not.toContain('running')
})
