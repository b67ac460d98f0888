import type { Locator, Page } from '@playwright/test'

/** What opens over a page: `open` makes it appear on `route` and gives it back. Escape closes each. */
export interface Overlay {
  name: string
  route: string
  open: (page: Page) => Promise<Locator>
}

const dialog = (page: Page) => page.getByRole('dialog')
const menu = (page: Page) => page.getByRole('menu')

const clicked = (button: string) => async (page: Page) => {
  await page.getByTestId(button).click()
  return dialog(page)
}

const pressed = (key: string) => async (page: Page) => {
  await page.keyboard.press(key)
  return dialog(page)
}

const menuOf = (row: string) => async (page: Page) => {
  await page.getByTestId(row).click({ button: 'right' })
  return menu(page)
}

/** The dialog behind an item of a row's menu, by its words in every language. */
const chosen = (row: string, item: RegExp) => async (page: Page) => {
  await menuOf(row)(page)
  await menu(page).getByRole('menuitem', { name: item }).click()
  return dialog(page)
}

export const overlays: Overlay[] = [
  { name: 'run', route: '/containers', open: clicked('run') },
  { name: 'palette', route: '/containers', open: pressed('ControlOrMeta+k') },
  { name: 'shortcuts', route: '/containers', open: pressed('?') },
  { name: 'menu of a container', route: '/containers', open: menuOf('container-web') },
  { name: 'rename', route: '/containers', open: chosen('container-web', /Rename|重命名/) },
  { name: 'signal', route: '/containers', open: chosen('container-web', /Kill|信号|终止/) },
  { name: 'removal', route: '/containers', open: chosen('container-web', /Remove…|删除…/) },
  { name: 'pull', route: '/images', open: clicked('pull') },
  { name: 'prune', route: '/images', open: clicked('prune') },
  { name: 'menu of an image', route: '/images', open: menuOf('image-postgres:17') },
  { name: 'tag', route: '/images', open: chosen('image-postgres:17', /Add a name|添加标签/) },
  { name: 'compose file', route: '/compose', open: clicked('compose-open') },
  { name: 'menu of a project', route: '/compose', open: menuOf('project-shop') },
  { name: 'known mirrors', route: '/mirrors', open: clicked('mirror-add') },
  {
    name: 'own mirror',
    route: '/mirrors',
    open: async (page) => {
      await page.getByTestId('mirror-add').click()
      await page.getByTestId('choice-own').click()
      return dialog(page)
    },
  },
  { name: 'down', route: '/compose', open: chosen('project-shop', /Take down|移除/) },
  {
    name: 'folders',
    route: '/settings#folders',
    open: async (page) => {
      await page.getByTestId('shares').getByTestId('browse').click()
      return dialog(page)
    },
  },
  { name: 'notifications', route: '/images', open: clicked('notices') },
  { name: 'health', route: '/images', open: clicked('health-line') },
]
