import { contextBridge, ipcRenderer, webUtils } from 'electron'

/** A pipe, which never grows with the contract. See renderer/api/electron-link.ts for its other end. */
contextBridge.exposeInMainWorld('berth', {
  send: (text: string) => ipcRenderer.send('berth', text),
  onMessage: (listener: (text: string) => void) =>
    void ipcRenderer.on('berth', (_event, text: string) => listener(text)),
  // A page ends with the app, and its link with the page: there is nothing to tell.
  onClose: () => undefined,
  pathOf: (file: File) => webUtils.getPathForFile(file),
})
