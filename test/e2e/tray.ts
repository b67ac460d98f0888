import type { ElectronApplication } from '@playwright/test'

/** Clicks the line of the tray's menu, which only the stand-in keeps. */
export function clickTray(application: ElectronApplication, label: string): Promise<void> {
  return application.evaluate(({ Tray }, wanted) => {
    const { all } = Tray as unknown as {
      all: { menu: { items: { label?: string; click?: () => void }[] } }[]
    }
    all[0]?.menu.items.find((item) => item.label === wanted)?.click?.()
  }, label)
}
