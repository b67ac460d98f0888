import { expect, test } from '../fake-window.ts'
import { expectFocus, expectTrapped, press, row, startByKeyboard, tabTo } from './by-keyboard.ts'

startByKeyboard()

test('a line is pasted, looked over and run', async ({ page, context, server }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await row(page, 'web').waitFor()
  await tabTo(page, page.getByTestId('run'))
  await press(page, 'Enter')
  await expect(page.getByTestId('run-form')).toBeVisible()
  await tabTo(page, page.getByTestId('run-paste-open'))
  await press(page, 'Enter')
  await expect(page.getByTestId('run-paste')).toBeFocused()
  await page.evaluate(() =>
    navigator.clipboard.writeText('docker run -d --name keyed -p 9124:80 httpd:2.4'),
  )
  await press(page, 'ControlOrMeta+v')
  await tabTo(page, page.getByTestId('run-paste-take'))
  await press(page, 'Enter')
  await expect(page.getByTestId('run-name')).toHaveValue('keyed')
  await expectFocus(page)
  await expectTrapped(page)
  await tabTo(page, page.getByTestId('run-submit'))
  await press(page, 'Enter')
  await expect(page.getByText('keyed is running', { exact: true })).toBeVisible()
  expect(server.engine.store.container('keyed').state).toBe('running')
  await expectFocus(page, page.getByTestId('run'))
})
