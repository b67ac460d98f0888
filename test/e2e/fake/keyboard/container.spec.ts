import { expect, test } from '../fake-window.ts'
import {
  dialog,
  expectFocus,
  grid,
  pointAt,
  press,
  row,
  startByKeyboard,
  tabTo,
} from './by-keyboard.ts'

startByKeyboard()

test('a container is walked by digits, its log searched, its terminal used and left', async ({
  page,
}) => {
  const list = grid(page, 'containers')
  await row(page, 'shop-api-1').waitFor()
  await tabTo(page, list)
  await pointAt(page, list, row(page, 'shop-api-1'))
  await press(page, 'Enter')
  await expect(page).toHaveURL(/\/logs$/)
  await expectFocus(page)
  const tabs = ['1 overview', '4 stats', '5 inspect', '6 env', '7 mounts', '8 ports']
  for (const entry of [...tabs, '9 processes', '0 changes', '2 logs']) {
    const [digit = '', tab = ''] = entry.split(' ')
    await press(page, digit)
    await expect(page).toHaveURL(new RegExp(`/${tab}$`))
    await expect(page.getByTestId(`tab-${tab}`)).toHaveAttribute('aria-current', 'page')
  }
  await expect(page.getByTestId('log')).toContainText('order priced')
  await press(page, '/')
  await page.keyboard.type('priced')
  await expect(page.getByTestId('log-found')).toHaveText(/found/)
  await press(page, 'Enter', 'Escape', 'Escape')
  await expectFocus(page)
  await press(page, '3')
  await expect(page.locator('.xterm-rows')).toContainText('$')
  await page.keyboard.type('echo 1 typed\n')
  await expect(page.locator('.xterm-rows')).toContainText('1 typed')
  await expect(page).toHaveURL(/\/terminal$/)
  await press(page, 'Control+Shift+L')
  await expectFocus(page, page.getByTestId('terminal-tab'))
  await press(page, '1')
  await expect(page).toHaveURL(/\/overview$/)
})

test('a container that is removed gives the focus to the list', async ({ page, server, visit }) => {
  await visit(`/containers/${server.engine.store.container('one-off').id}/overview`)
  await tabTo(page, page.getByTestId('container-menu'))
  await press(page, 'Enter')
  await expect(page.getByRole('menu')).toBeVisible()
  await page.keyboard.type('rem')
  await press(page, 'Enter')
  await expect(dialog(page)).toBeVisible()
  await press(page, 'Escape')
  await expect(dialog(page)).toHaveCount(0)
  await expectFocus(page, page.getByTestId('container-menu'))
  await press(page, 'Enter')
  await page.keyboard.type('rem')
  await press(page, 'Enter')
  await tabTo(page, page.getByTestId('confirm'))
  await press(page, 'Enter')
  await expect(page).toHaveURL(/#\/containers$/)
  await expectFocus(page)
})
