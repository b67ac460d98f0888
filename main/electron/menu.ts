import { Menu } from 'electron'
import type { Say } from '../words/words.ts'
import { type MenuOrders, toMenuTemplate } from './menu-template.ts'

export function setAppMenu(say: Say, orders: MenuOrders): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(toMenuTemplate(process.platform, say, orders)))
}
