import { contextBridge, ipcRenderer, webUtils } from 'electron'

/** A pipe, which never grows with the contract. See renderer/api/electron-link.ts for its other end. */
contextBridge.exposeInMainWorld('berth', {
  send: (text: string) => ipcRenderer.send('berth', text),
  onMessage: (listener: (text: string) => void) =>
    void ipcRenderer.on('berth', (_event, text: string) => listener(text)),
  onClose: (listener: () => void) => void ipcRenderer.on('berth:close', () => listener()),
  pathOf: (file: File) => webUtils.getPathForFile(file),
})
