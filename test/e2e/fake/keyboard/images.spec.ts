import { expect, test } from '../fake-window.ts'
import {
  dialog,
  expectFocus,
  expectTrapped,
  grid,
  pointAt,
  press,
  startByKeyboard,
  tabTo,
} from './by-keyboard.ts'

startByKeyboard()

test.use({ start: '/images' })

test('images are pulled, tagged and cleared up', async ({ page, server }) => {
  const list = grid(page, 'images')
  await tabTo(page, page.getByTestId('pull'))
  await press(page, 'Enter')
  await expect(page.getByTestId('pull-image')).toBeFocused()
  await expectTrapped(page)
  await tabTo(page, page.getByTestId('pull-image'))
  await page.keyboard.type('alpine:3')
  await press(page, 'Enter')
  await expectFocus(page, page.getByTestId('pull'))
  const alpine = page.getByTestId('image-alpine:3')
  await alpine.waitFor()
  await tabTo(page, list)
  await pointAt(page, list, alpine)
  await press(page, 'Shift+F10')
  await page.keyboard.type('add')
  await expect(page.getByRole('menuitem', { name: 'Add a name…' })).toBeFocused()
  await press(page, 'Enter')
  // The menu gives the focus up once it has faded, and the dialog takes it back.
  await expect(page.getByRole('menu')).toHaveCount(0)
  await expect(page.getByTestId('new-name')).toBeFocused()
  await page.keyboard.type('mine:1')
  await expect(page.getByTestId('new-name')).toHaveValue('mine:1')
  await press(page, 'Enter')
  await expect(dialog(page)).toHaveCount(0)
  await expect.poll(() => server.engine.store.findImage('mine:1')).toBeDefined()
  await expectFocus(page)
  await tabTo(page, page.getByTestId('prune'), 'Shift+Tab')
  await press(page, 'Enter')
  await expect(dialog(page).getByRole('row')).toHaveCount(3)
  await expectTrapped(page)
  await tabTo(page, page.getByTestId('prune-submit'))
  await press(page, 'Enter')
  await expect(page.getByTestId('prune-result')).toContainText('Images removed: 2')
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null))
    .toBe(true)
  await press(page, 'Escape')
  await expectFocus(page, page.getByTestId('prune'))
})

test('images that are removed leave the cursor on the next', async ({ page }) => {
  const list = grid(page, 'images')
  const rows = page.locator('tr[data-id]')
  await rows.first().waitFor()
  await tabTo(page, page.getByTestId('image-filter'))
  await page.keyboard.type('none')
  await press(page, 'Escape', 'ArrowDown')
  await expectFocus(page, list)
  await press(page, 'ControlOrMeta+a', 'Escape')
  await expect(page.getByTestId('image-bulk')).toHaveCount(0)
  await expectFocus(page, list)
  const unused = page.locator('tr[data-id]', { hasText: 'Unused' }).first()
  await pointAt(page, list, unused)
  const ids = await rows.evaluateAll((all) => all.map(({ id }) => id))
  const at = ids.indexOf((await unused.getAttribute('id')) ?? '')
  await press(page, 'Delete')
  await tabTo(page, page.getByTestId('confirm'))
  await press(page, 'Enter')
  await expect(rows).toHaveCount(ids.length - 1)
  await expectFocus(page, list)
  await expect(list).toHaveAttribute('aria-activedescendant', ids[at + 1] ?? ids[at - 1] ?? '')
})
