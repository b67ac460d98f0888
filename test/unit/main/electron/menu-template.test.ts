import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it, vi } from 'vitest'
import { toMenuTemplate } from '../../../../main/electron/menu-template.ts'
import { createSay } from '../../../../main/words/words.ts'

const platforms = ['darwin', 'win32', 'linux'] as const

function toMenu(platform: NodeJS.Platform, language: 'en' | 'zh-CN' = 'en') {
  const orders = { open: vi.fn(), settings: vi.fn() }
  return { orders, parts: toMenuTemplate(platform, createSay(language), orders) }
}

function toItems(part: MenuItemConstructorOptions | undefined): MenuItemConstructorOptions[] {
  return Array.isArray(part?.submenu) ? part.submenu : []
}

describe('the menu bar', () => {
  it.each(platforms)('has the settings in its first menu on %s, under the system’s key', (name) => {
    const { orders, parts } = toMenu(name)
    const item = toItems(parts[0]).find(({ label }) => label === 'Settings…')
    expect(item?.accelerator).toBe('CmdOrCtrl+,')
    // Electron gives a click more than these orders ask for.
    Reflect.apply(item?.click ?? (() => undefined), undefined, [])
    expect(orders.settings).toHaveBeenCalledOnce()
  })

  it.each(platforms)('can be quit on %s, and brings the keys of editing along', (name) => {
    const { parts } = toMenu(name)
    expect(toItems(parts[0]).at(-1)?.role).toBe('quit')
    expect(parts.map(({ role }) => role)).toContain('editMenu')
  })

  it('has what each app of a Mac has', () => {
    const roles = toItems(toMenu('darwin').parts[0]).flatMap(({ role }) => role ?? [])
    expect(roles).toEqual(['about', 'services', 'hide', 'hideOthers', 'unhide', 'quit'])
  })

  it.each(['en', 'zh-CN'] as const)('has words for every line in %s', (language) => {
    for (const part of toMenu('linux', language).parts)
      for (const { label } of [part, ...toItems(part)]) expect(label ?? '').not.toMatch(/^shell\./)
  })
})
