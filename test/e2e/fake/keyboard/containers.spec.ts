import { expect, test } from '../fake-window.ts'
import {
  dialog,
  expectFocus,
  expectTrapped,
  grid,
  pointAt,
  press,
  row,
  startByKeyboard,
  tabTo,
} from './by-keyboard.ts'

startByKeyboard()

test('the list of containers is filtered, a range of it stopped, and the focus stays with it', async ({
  page,
}) => {
  const list = grid(page, 'containers')
  await row(page, 'web').waitFor()
  await press(page, '/')
  await page.keyboard.type('shop-')
  await expect(row(page, 'web')).toHaveCount(0)
  await press(page, 'Escape')
  await press(page, '/')
  await page.keyboard.type('shop-')
  await press(page, 'Enter')
  await expectFocus(page, list)
  await press(page, 'Home', 'ArrowDown', 'Space', 'Shift+ArrowDown')
  await expect(page.getByTestId('bulk-count')).toHaveText('2 selected')
  await tabTo(page, page.getByTestId('bulk-stop'))
  await press(page, 'Enter')
  await expect(page.getByTestId('bulk-result')).toContainText('Stopped 2 of 2')
  await expectFocus(page)
  await press(page, 'Escape')
  await expect(page.getByTestId('bulk-bar')).toHaveCount(0)
  await expectFocus(page, list)
})

test('the list of containers goes to the next row when one was removed', async ({ page }) => {
  const list = grid(page, 'containers')
  await row(page, 'one-off').waitFor()
  await tabTo(page, list)
  await pointAt(page, list, row(page, 'one-off'))
  const ids = await page.locator('tr[data-id]').evaluateAll((rows) => rows.map(({ id }) => id))
  const at = ids.indexOf((await row(page, 'one-off').getAttribute('id')) ?? '')
  const next = ids[at + 1] ?? ids[at - 1]
  await press(page, 'Delete')
  await expect(dialog(page)).toBeVisible()
  await expectTrapped(page)
  await press(page, 'Escape')
  await expect(dialog(page)).toHaveCount(0)
  await expectFocus(page, list)
  await press(page, 'Delete')
  await tabTo(page, page.getByTestId('confirm'))
  await press(page, 'Enter')
  await expect(row(page, 'one-off')).toHaveCount(0)
  await expectFocus(page, list)
  await expect(list).toHaveAttribute('aria-activedescendant', next ?? '')
})

test('the list of containers gives the focus back after the menu of a row and what it opens', async ({
  page,
}) => {
  const list = grid(page, 'containers')
  await row(page, 'one-off').waitFor()
  await tabTo(page, list)
  await pointAt(page, list, row(page, 'one-off'))
  await press(page, 'Shift+F10')
  await expect(page.getByRole('menu')).toBeVisible()
  await press(page, 'Escape')
  await expectFocus(page, list)
  await press(page, 'Shift+F10')
  await page.keyboard.type('ren')
  await expect(page.getByRole('menuitem', { name: 'Rename…' })).toBeFocused()
  await press(page, 'Enter')
  await expect(page.getByTestId('new-name')).toBeFocused()
  await expectTrapped(page)
  await press(page, 'Escape')
  await expect(dialog(page)).toHaveCount(0)
  await expectFocus(page)
})
