import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BrowserWindow, nativeTheme, screen } from 'electron'
import { appOrigin } from './address.ts'
import { fitPlace, parsePlace, smallestWindow, type WindowPlace } from './window-place.ts'

export interface AppWindow {
  /** Shows the window and brings it to the front, on the page of a route if one is named; makes it when there is none. */
  show(route?: string): void
  /** From now on closing is closing, and no longer hiding. */
  letClose(): void
}

export interface WindowOptions {
  /** window.json of the home. */
  placeFile: string
  /** Called for each window that is made, before it loads. */
  prepare: (window: BrowserWindow) => void
}

const preload = join(import.meta.dirname, '..', 'preload', 'preload.cjs')
const icon = join(import.meta.dirname, '..', '..', 'assets', 'icons', 'berth.png')

/**
 * The one window. Closing it hides it: pulls and loads that it follows go on, and it is back at once; the app lives on
 * in the tray.
 */
export function createAppWindow(options: WindowOptions): AppWindow {
  const state: { window: BrowserWindow | undefined; closing: boolean } = {
    window: undefined,
    closing: false,
  }
  const open = (route: string | undefined) => {
    const window = createWindow(options)
    state.window = window
    window.on('close', (event) => {
      if (state.closing) return
      event.preventDefault()
      window.hide()
    })
    window.on('closed', () => (state.window = undefined))
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      // A page that ended by itself is shown again; one that cannot even be started would only fail once more.
      if (reason === 'crashed' || reason === 'oom' || reason === 'killed')
        window.webContents.reload()
    })
    void window.loadURL(`${appOrigin}/index.html${route === undefined ? '' : `#${route}`}`)
  }
  return {
    show(route) {
      if (!state.window) open(route)
      else {
        if (route !== undefined) goTo(state.window, route)
        if (state.window.isMinimized()) state.window.restore()
        else state.window.show()
      }
      state.window?.focus()
    },
    letClose: () => (state.closing = true),
  }
}

/** The page goes there by itself: to load its address anew would end what it follows. */
function goTo(window: BrowserWindow, route: string): void {
  const script = `location.hash = ${JSON.stringify(route)}`
  // A page that has crashed comes back where it was.
  window.webContents.executeJavaScript(script).catch(() => undefined)
}

function createWindow({ placeFile, prepare }: WindowOptions): BrowserWindow {
  const place = readPlace(placeFile)
  const areas = screen.getAllDisplays().map(({ workArea }) => workArea)
  const window = new BrowserWindow({
    ...fitPlace(place, areas),
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    title: 'Berth',
    icon,
    // The first thing that is seen is the page itself, never an empty frame.
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0b1220' : '#ffffff',
    autoHideMenuBar: true,
    // The page draws its own head there, and leaves room for the three buttons (styles/base.css).
    ...(process.platform === 'darwin' && {
      titleBarStyle: 'hiddenInset' as const,
      trafficLightPosition: { x: 16, y: 18 },
    }),
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      spellcheck: false,
    },
  })
  prepare(window)
  rememberPlace(window, placeFile)
  window.once('ready-to-show', () => {
    if (place.maximized) window.maximize()
    window.show()
  })
  return window
}

function readPlace(file: string): WindowPlace {
  try {
    return parsePlace(readFileSync(file, 'utf8'))
  } catch {
    return { maximized: false }
  }
}

/** Written when the window has come to rest, and when it is closed or hidden. */
function rememberPlace(window: BrowserWindow, file: string): void {
  const write = () => {
    if (window.isDestroyed()) return
    const place: WindowPlace = {
      bounds: window.getNormalBounds(),
      maximized: window.isMaximized(),
    }
    try {
      writeFileSync(file, `${JSON.stringify(place)}\n`, { mode: 0o600 })
    } catch {
      // A place that is not remembered costs one drag of the mouse.
    }
  }
  let resting: NodeJS.Timeout | undefined
  const changed = () => {
    clearTimeout(resting)
    resting = setTimeout(write, 300)
  }
  window.on('resize', changed)
  window.on('move', changed)
  window.on('maximize', changed)
  window.on('unmaximize', changed)
  window.on('close', write)
}
