import type { WebContents } from 'electron'
import type { Link } from '#api'
import { isOurs } from './address.ts'

/** The one channel between a page and the app, named in preload.ts too; JSON texts of the contract go both ways. */
const channel = 'berth'
/** The part of Electron's WebFrameMain that says whose message it is. */
export interface Frame {
  readonly parent: object | null
  readonly url: string
}

/** Whether a message is from the window's own page: the top frame, and on our scheme. */
export function isOwnTopFrame(sender: Frame | null, top: Frame): boolean {
  return sender !== null && sender === top && sender.parent === null && isOurs(sender.url)
}

/** The links of one window: one for each page that it shows, the first message of a page begins it. */
export interface PageLinks {
  receive(text: string): void
  /** The page has gone. */
  end(): void
}

export function createPageLinks(
  serve: (link: Link) => void,
  send: (text: string) => void,
): PageLinks {
  let current: { receive: (text: string) => void; end: () => void } | undefined
  const begin = () => {
    const listeners = { message: [] as ((text: string) => void)[], close: [] as (() => void)[] }
    const link = {
      receive: (text: string) => listeners.message.forEach((listener) => listener(text)),
      end: () => listeners.close.forEach((listener) => listener()),
    }
    current = link
    serve({
      // What is still under way for a page that has gone is not for the one that came after it.
      send: (text) => {
        if (current === link) send(text)
      },
      onMessage: (listener) => listeners.message.push(listener),
      onClose: (listener) => listeners.close.push(listener),
    })
    return link
  }
  return {
    receive: (text) => (current ?? begin()).receive(text),
    end() {
      const ended = current
      current = undefined
      ended?.end()
    },
  }
}

/** Answers the contract to the pages of a window until the window is destroyed. */
export function linkContents(contents: WebContents, serve: (link: Link) => void): void {
  const links = createPageLinks(serve, (text) => {
    if (!contents.isDestroyed()) contents.send(channel, text)
  })
  contents.ipc.on(channel, (event, text: unknown) => {
    if (typeof text !== 'string' || !isOwnTopFrame(event.senderFrame, contents.mainFrame)) return
    links.receive(text)
  })
  contents.on('did-navigate', () => links.end())
  contents.on('render-process-gone', () => links.end())
  contents.on('destroyed', () => links.end())
}
