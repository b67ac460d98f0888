import { expect, test } from '../fake-window.ts'
import { expectFocus, openPalette, press, row, startByKeyboard, tabTo } from './by-keyboard.ts'

startByKeyboard()

test('commands are copied and notices read', async ({ page, context, server }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await row(page, 'web').waitFor()
  const { id } = server.engine.store.container('web')
  server.engine.breakNext(`/containers/${id}/stop`, { status: 500, message: 'no luck' })
  await openPalette(page)
  await page.keyboard.type('stop web')
  await press(page, 'Enter')
  await tabTo(page, page.getByTestId('notices'))
  await expect(page.getByTestId('notices')).toHaveAttribute('aria-label', /1 new/)
  await press(page, 'Enter')
  await expect(page.getByTestId('notices-panel')).toContainText('no luck')
  await tabTo(page, page.getByTestId('notices-clear'))
  await press(page, 'Enter')
  await expect(page.getByTestId('notices-panel')).toContainText('Nothing has happened')
  await expectFocus(page)
  await press(page, 'Escape')
  await expectFocus(page, page.getByTestId('notices'))
  await press(page, 'g', 'l')
  const line = page.getByTestId('commands').getByRole('button').first()
  await tabTo(page, line)
  await press(page, 'Enter')
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toContain('docker stop web')
})
