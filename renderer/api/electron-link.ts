import type { Link } from '#api'
import type { Face } from './face.ts'

/** What the preload script exposes. It is one pipe and never grows with the contract. */
interface Bridge {
  send(text: string): void
  onMessage(listener: (text: string) => void): void
  onClose(listener: () => void): void
  /** Where a file that the user picked lies on this computer. */
  pathOf(file: File): string
}

declare global {
  interface Window {
    berth?: Bridge
  }
}

/** The face inside Electron. A pipe lives as long as its page does: once it is lost, a new page brings a new one. */
export function createElectronFace(bridge: Bridge): Face {
  const link: Link = {
    send: (text) => bridge.send(text),
    onMessage: (listener) => bridge.onMessage(listener),
    onClose: (listener) => bridge.onClose(listener),
  }
  let dialled = false
  return {
    dial() {
      if (dialled) location.reload()
      dialled = true
      return Promise.resolve(link)
    },
    loadImage: (file, api) => api.images.load(bridge.pathOf(file)),
  }
}
