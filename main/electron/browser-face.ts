import type { App } from '../app.ts'
import { openUiServer, type UiServer } from '../headless/server.ts'
import { windowFolder } from '../window/files.ts'

/** The face for browsers, which is open only once it was asked for. */
export interface BrowserFace extends AsyncDisposable {
  readonly url: string | undefined
  open(app: App): Promise<{ url: string }>
}

export function createBrowserFace(): BrowserFace {
  let opening: Promise<UiServer> | undefined
  let opened: UiServer | undefined
  return {
    get url() {
      return opened?.url
    },
    async open(app) {
      opening ??= openUiServer(app, { folder: windowFolder, port: 0 })
      opened = await opening
      return { url: opened.url }
    },
    async [Symbol.asyncDispose]() {
      await (await opening)?.[Symbol.asyncDispose]()
    },
  }
}
