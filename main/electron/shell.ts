import { join } from 'node:path'
import { app as electron, dialog, nativeTheme, powerMonitor, session } from 'electron'
import { AppError, type PathKind } from '#api'
import { type App, createApp } from '../app.ts'
import { openControl } from '../control/server.ts'
import { backgroundFlag } from '../host/commands.ts'
import { findImageFolder } from '../machine/image.ts'
import { windowFolder } from '../window/files.ts'
import { chooseLanguage, createSay, type Language, type Say, sayError } from '../words/words.ts'
import { createBrowserFace } from './browser-face.ts'
import { choosePath } from './choose-path.ts'
import { createEnding, type Ending } from './ending.ts'
import { guardAllContents, guardSession } from './guard.ts'
import { createKeychain } from './keychain.ts'
import { linkContents } from './link.ts'
import { setAppMenu } from './menu.ts'
import { serveAppScheme } from './scheme.ts'
import { createAppTray } from './tray.ts'
import type { TrayOrder } from './tray-menu.ts'
import { type AppWindow, createAppWindow } from './window.ts'

interface Shell {
  app: App
  window: AppWindow
  ending: Ending
  /** Closed when the app ends. */
  stack: AsyncDisposableStack
}

type Env = Readonly<Record<string, string | undefined>>

/** The app with its window, menu and tray, until it is quit. A failure to begin is told in a dialog. */
export async function startShell(env: Env): Promise<void> {
  try {
    await start(env)
  } catch (error) {
    const say = createSay(systemLanguage())
    const text = error instanceof AppError ? sayError(say, error) : String(error)
    dialog.showErrorBox(say('shell.notStarted'), text)
    electron.exit(1)
  }
}

async function start(env: Env): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const face = createBrowserFace()
  const parts: { ending?: Ending } = {}
  const resources = electron.isPackaged ? process.resourcesPath : undefined
  const app = stack.use(
    await createApp({
      ...{ env, resources },
      imageFolder: await findImageFolder(env, resources),
      keychain: createKeychain(),
      systemProxy: { resolve: (url) => session.defaultSession.resolveProxy(url) },
      uiUrl: () => face.url,
      openUi: (opened) => face.open(opened),
      quit: (_app, how) => parts.ending?.begin(how),
    }),
  )
  stack.use(face)
  stack.use(await openControl(app))

  guardAllContents(electron)
  guardSession(session.defaultSession)
  serveAppScheme(windowFolder, app)
  const window = createAppWindow({
    placeFile: join(app.paths.home, 'window.json'),
    prepare: (made) => {
      const { folders } = app.api
      const own = {
        list: (path?: string, how?: { files?: boolean }) => folders.list(path, how),
        choose: (kind: PathKind) => choosePath(made, kind),
      }
      linkContents(made.webContents, (link) => app.serve(link, { folders: own }))
    },
  })
  electron.on('second-instance', (_event, argv) => {
    if (!isBackground(argv)) window.show()
  })
  electron.on('activate', () => window.show())
  powerMonitor.on('resume', () => app.look())

  const closing = stack.move()
  parts.ending = createEnding({
    stopMachine: () => app.api.machine.stop(),
    async close() {
      window.letClose()
      await closing.disposeAsync()
    },
    exit: () => electron.exit(0),
    onFailure: (error) => app.log.failure('shell.ending', error),
  })
  beginShowing({ app, window, ending: parts.ending, stack: closing })
  startMachine(app)
}

/** Quit shuts the guest down first: the app ends by itself once that is done, and shows it meanwhile. */
function beginShowing({ app, window, ending, stack }: Shell): void {
  electron.on('before-quit', (event) => {
    event.preventDefault()
    ending.begin({ stopMachine: true })
  })
  const orders: Record<TrayOrder, () => void> = {
    open: () => window.show(),
    start: () => startMachine(app),
    stop: () => follow(app, 'machine.stop', app.api.machine.stop()),
    quit: () => electron.quit(),
  }
  const tray = stack.use(createAppTray((order) => orders[order]()))
  const words: { language?: Language; say: Say } = { say: createSay(systemLanguage()) }
  const showState = async () => {
    for await (const status of app.api.machine.watch()) tray.update(status, words.say)
  }
  const showSettings = async () => {
    for await (const { settings } of app.api.settings.watch()) {
      nativeTheme.themeSource = settings.theme
      const language = chooseLanguage(settings.language, systemLocale())
      if (language === words.language) continue
      Object.assign(words, { language, say: createSay(language) })
      setAppMenu(words.say, { open: orders.open, settings: () => window.show('/settings') })
      tray.update(await app.api.machine.status(), words.say)
    }
  }
  follow(app, 'shell.settings', showSettings())
  follow(app, 'shell.tray', showState())
  if (!isBackground(process.argv)) window.show()
}

/** The window shows how far it is, and offers to try again when it fails. */
function startMachine(app: App): void {
  follow(app, 'machine.start', app.api.machine.start())
}

/** An AppError is in the machine's state, where the window shows it; anything else is a bug. */
function follow(app: App, event: string, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    if (!(error instanceof AppError)) app.log.failure(event, error)
  })
}

function isBackground(argv: readonly string[]): boolean {
  return argv.includes(backgroundFlag)
}

function systemLocale(): string {
  return electron.getPreferredSystemLanguages()[0] ?? electron.getLocale()
}

function systemLanguage(): Language {
  return chooseLanguage('system', systemLocale())
}
