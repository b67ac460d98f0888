type Handler = (request: Request) => Response | Promise<Response>

const handlers = new Map<string, Handler>()

/**
 * Chromium knows no scheme of the app's own: its pages are shown at an https address that leads nowhere, and every
 * request to it is answered by the scheme's handler.
 */
export const pageOrigin = 'https://berth.invalid'
const appOrigin = 'app://berth'

export function toPageAddress(url: string): string {
  return url.startsWith(`${appOrigin}/`) ? pageOrigin + url.slice(appOrigin.length) : url
}

export function fromPageAddress(url: string): string {
  return url.startsWith(`${pageOrigin}/`) ? appOrigin + url.slice(pageOrigin.length) : url
}

export async function answerRequest(request: Request): Promise<Response> {
  const handler = handlers.get(new URL(request.url).protocol.slice(0, -1))
  return handler ? await handler(request) : new Response(null, { status: 404 })
}

export const protocol = {
  registeredSchemes: [] as unknown[],
  registerSchemesAsPrivileged(schemes: unknown[]): void {
    protocol.registeredSchemes.push(...schemes)
  },
  handle: (scheme: string, handler: Handler): void => void handlers.set(scheme, handler),
}

/** Handlers are kept to be looked at; headless Chromium grants nothing anyway. */
class Session {
  readonly handlers: Record<string, unknown> = {}
  setPermissionRequestHandler(handler: unknown): void {
    this.handlers['permissionRequest'] = handler
  }
  setPermissionCheckHandler(handler: unknown): void {
    this.handlers['permissionCheck'] = handler
  }
  setDevicePermissionHandler(handler: unknown): void {
    this.handlers['devicePermission'] = handler
  }
}

export const session = { defaultSession: new Session() }
