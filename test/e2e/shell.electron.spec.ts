import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronApplication } from '@playwright/test'
import { asElectron, expect, test } from './berth.ts'
import { askApp, runBerth } from './cli.ts'
import { electronProgram, hasTrueElectron } from './electron-face.ts'
import { clickTray } from './tray.ts'

const recorded = 'only the stand-in keeps what a tray was given'

/** The tray as the stand-in keeps it: its menu's lines, and how often it was set. */
function readTray(application: ElectronApplication) {
  return application.evaluate(({ Tray }) => {
    const { all } = Tray as unknown as {
      all: {
        menu: { items: { label?: string }[] }
        menusSet: number
        image: { isEmpty(): boolean }
      }[]
    }
    return all.map(({ menu, menusSet, image }) => ({
      labels: menu.items.flatMap(({ label }) => (label === undefined ? [] : [label])),
      menusSet,
      hasImage: !image.isEmpty(),
    }))
  })
}

const isShown = (application: ElectronApplication) =>
  application.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => window.isVisible()),
  )

test('the window is made with every guard on', async ({ face, window }) => {
  await expect(window.healthLine).toBeVisible()
  const preferences = await asElectron(face).application.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map(({ webContents }) => {
      // Not in the types, and there since Electron 1.8: what the window was really made with.
      const { getLastWebPreferences } = webContents as unknown as {
        getLastWebPreferences: () => Record<string, unknown>
      }
      return getLastWebPreferences.call(webContents)
    }),
  )
  expect(preferences).toHaveLength(1)
  expect(preferences[0]).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
  })
})

test('the page reaches the app by one pipe, and leads nowhere else', async ({ face, window }) => {
  await expect(window.healthLine).toBeVisible()
  const { page } = window
  const bridge = await page.evaluate(() => Object.keys(Reflect.get(globalThis, 'berth') as object))
  expect(bridge.sort()).toEqual(['onClose', 'onMessage', 'pathOf', 'send'])
  const before = page.url()
  await page.evaluate(() => {
    location.href = 'http://127.0.0.1:9/elsewhere'
  })
  await page.evaluate(() => open('http://127.0.0.1:9/elsewhere') === null)
  await expect(window.healthLine).toBeVisible()
  expect(page.url()).toBe(before)
  const windows = await asElectron(face).application.evaluate(
    ({ BrowserWindow }) => BrowserWindow.getAllWindows().length,
  )
  expect(windows).toBe(1)
})

test('what is no message of the contract is passed over', async ({ window }) => {
  await expect(window.healthLine).toBeVisible()
  await window.page.evaluate(() => {
    const { send } = Reflect.get(globalThis, 'berth') as { send: (message: unknown) => void }
    for (const message of ['', '{', 'null', '{"id":1}', 42, { id: 1 }, 'x'.repeat(100_000)])
      send(message)
  })
  await window.show('Images')
  await expect(window.images.list.or(window.page.getByText('No images yet'))).toBeVisible()
})

test('closing the window hides it, and a second start shows it again, but for one in the background', async ({
  face,
  window,
}) => {
  const { application } = asElectron(face)
  await expect(window.healthLine).toBeVisible()
  await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  expect(await isShown(application)).toEqual([false])

  await application.evaluate(({ app }) => {
    Reflect.set(
      globalThis,
      'told',
      new Promise((resolve) => app.once('second-instance', () => resolve(undefined))),
    )
  })
  expect(await startAgain('--background')).toBe(0)
  await application.evaluate(() => Reflect.get(globalThis, 'told') as Promise<unknown>)
  expect(await isShown(application)).toEqual([false])

  expect(await startAgain()).toBe(0)
  await expect.poll(() => isShown(application)).toEqual([true])
})

test('the tray says the state in the language that is set, and is built anew only for news', async ({
  face,
  window,
}) => {
  test.skip(hasTrueElectron, recorded)
  const { application } = asElectron(face)
  await expect(window.healthLine).toBeVisible()
  const [before] = await readTray(application)
  expect(before?.hasImage).toBe(true)
  expect(before?.labels).toEqual([
    expect.stringMatching(/^Berth: Running/),
    'Open Berth',
    'Stop machine',
    'Quit Berth',
  ])
  await runBerth(['set', 'language=zh-CN'])
  await expect.poll(async () => (await readTray(application))[0]?.labels[1]).toBe('打开 Berth')
  await runBerth(['set', 'language=en'])
  await expect.poll(async () => (await readTray(application))[0]?.labels[1]).toBe('Open Berth')
  const [after] = await readTray(application)
  expect(after?.menusSet).toBe((before?.menusSet ?? 0) + 2)

  await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide())
  await clickTray(application, 'Open Berth')
  expect(await isShown(application)).toEqual([true])
})

test('the menu’s settings show the window on them, and its page stays the same', async ({
  face,
  window,
}) => {
  test.skip(hasTrueElectron, 'the label depends on its language')
  const { application } = asElectron(face)
  await expect(window.healthLine).toBeVisible()
  await window.page.evaluate(() => Reflect.set(globalThis, 'isTheSame', true))
  await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide())
  await application.evaluate(({ Menu }) => {
    const [own] = Menu.getApplicationMenu()?.items ?? []
    const items = own?.submenu as unknown as { label?: string; click?: () => void }[]
    items.find(({ label }) => label === 'Settings…')?.click?.()
  })
  expect(await isShown(application)).toEqual([true])
  await expect(window.page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
  expect(await window.page.evaluate(() => Reflect.get(globalThis, 'isTheSame') as unknown)).toBe(
    true,
  )
})

test('a killed app leaves the machine, and the next one adopts it with the window where it was', async ({
  face,
}) => {
  const electron = asElectron(face)
  const before = await askApp((api) => api.machine.status())
  const place = { x: 140, y: 120, width: 1010, height: 690 }
  await electron.application.evaluate(
    ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds),
    place,
  )
  const file = join(process.env['BERTH_HOME'] ?? '', 'window.json')
  await expect
    .poll(async () => JSON.parse(await readFile(file, 'utf8')) as unknown)
    .toEqual({ bounds: place, maximized: false })

  await electron.killAndRelaunch()
  const after = await askApp((api) => api.machine.status())
  expect(after?.app.pid).not.toBe(before?.app.pid)
  expect(after?.vm?.pid).toBe(before?.vm?.pid)
  const bounds = await electron.application.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.getNormalBounds(),
  )
  expect(bounds).toEqual(place)
})

/** One more start of the app; its exit code. */
function startAgain(...words: string[]): Promise<number> {
  const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const args = [...flags, join(import.meta.dirname, '..', '..'), ...words]
  return new Promise((resolve) => {
    execFile(electronProgram, args, (error) =>
      resolve(typeof error?.code === 'number' ? error.code : 0),
    )
  })
}
