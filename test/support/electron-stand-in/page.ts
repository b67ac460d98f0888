/** The one function by which a page calls the main process; names that begin with it belong to the stand-in. */
export const bindingName = '__standIn'

/** What runs in each page before its own scripts: the renderer's half of `electron`, and the preload on top of it. */
export function pageScript(preload: string): string {
  return `
(() => {
  if (window.top !== window) return
  const listeners = new Map()
  const call = globalThis.${bindingName}
  Object.defineProperty(globalThis, '${bindingName}Receive', {
    value([channel, args]) {
      for (const listener of listeners.get(channel) ?? []) listener({}, ...args)
    },
  })
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name, value) =>
        Object.defineProperty(globalThis, name, { value: Object.freeze(value), enumerable: true }),
    },
    ipcRenderer: {
      send: (channel, ...args) => call(JSON.stringify([channel, args])),
      on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
    },
    webUtils: {
      getPathForFile(file) {
        globalThis.${bindingName}File = file
        debugger
        return globalThis.${bindingName}Path
      },
    },
  }
  const require = (name) => {
    if (name === 'electron') return electron
    throw new Error('module not found: ' + name)
  }
  const module = { exports: {} }
  ;(function (require, module, exports) {
${preload}
  })(require, module, module.exports)
})()`
}
