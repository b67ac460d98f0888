import { type App, type Session, shell, type WebContents } from 'electron'
import { isOurs, isPermitted, toExternal } from './address.ts'

/** No page asks for devices, notifications, geolocation or the like. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(isPermitted(permission, contents.getURL())),
  )
  session.setPermissionCheckHandler((_contents, permission, origin) =>
    isPermitted(permission, origin.endsWith('/') ? origin : `${origin}/`),
  )
  session.setDevicePermissionHandler(() => false)
}

/** The window's contents, and any that should ever come up beside them, stay on the window's own page. */
export function guardAllContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents))
}

function guardContents(contents: WebContents): void {
  const stay = (event: { preventDefault(): void; url: string }) => {
    if (!isOurs(event.url)) event.preventDefault()
  }
  contents.on('will-navigate', stay)
  contents.on('will-redirect', stay)
  contents.on('will-frame-navigate', stay)
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    const address = toExternal(url)
    if (address !== undefined) void shell.openExternal(address)
    return { action: 'deny' }
  })
}
