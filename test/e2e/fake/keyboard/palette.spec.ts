import { expect, test } from '../fake-window.ts'
import {
  expectFocus,
  expectTrapped,
  grid,
  openPalette,
  press,
  row,
  startByKeyboard,
  tabTo,
} from './by-keyboard.ts'

startByKeyboard()

test('the palette stops a container, and gives the focus back to where it was', async ({
  page,
}) => {
  const list = grid(page, 'containers')
  await row(page, 'web').waitFor()
  await tabTo(page, list)
  await openPalette(page)
  await page.keyboard.type('stop web')
  await expect(page.getByRole('option').first()).toHaveText(/Stop web/)
  await press(page, 'Enter')
  await expect(row(page, 'web')).toContainText('Exited (0)')
  await expectFocus(page, list)
  await press(page, 'ControlOrMeta+k')
  await expectTrapped(page)
  await press(page, 'Escape')
  await expectFocus(page, list)
})

test('the palette opens a form, which gives the focus back as well', async ({ page }) => {
  const list = grid(page, 'containers')
  await row(page, 'web').waitFor()
  await tabTo(page, list)
  await openPalette(page)
  await page.keyboard.type('run a container')
  await press(page, 'Enter')
  await expect(page.getByTestId('run-form')).toBeVisible()
  await expectTrapped(page)
  await press(page, 'Escape')
  await expect(page.getByTestId('run-form')).toHaveCount(0)
  await expectFocus(page, list)
})
