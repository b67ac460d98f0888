import { expect, test } from '../fake-window.ts'
import { expectFocus, press, startByKeyboard, tabTo } from './by-keyboard.ts'

startByKeyboard()

test('settings change theme, density and language', async ({ page }) => {
  await press(page, 'g', 's')
  const html = page.locator('html')
  const tab = (group: string, name: string) =>
    page.getByTestId(group).getByRole('tab', { name, exact: true })
  await tabTo(page, tab('theme', 'System'))
  await press(page, 'ArrowRight', 'ArrowRight')
  await expect(html).toHaveClass(/dark/)
  await tabTo(page, tab('density', 'Comfortable'))
  await press(page, 'ArrowRight')
  await expect(html).toHaveAttribute('data-density', 'compact')
  await tabTo(page, page.getByTestId('language'), 'Shift+Tab')
  await press(page, 'Enter')
  // The list takes the focus a moment after it is seen: keys before that are nobody's.
  await expect(page.getByRole('option', { selected: true })).toBeFocused()
  await press(page, 'End')
  await expect(page.getByRole('option', { name: '简体中文' })).toBeFocused()
  await press(page, 'Enter')
  await expect(html).toHaveAttribute('lang', 'zh-CN')
  await expectFocus(page, page.getByTestId('language'))
})
