import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { protocol } from 'electron'
import { contentSecurityPolicy } from '../window/csp.ts'
import { findWindowFile } from '../window/files.ts'

/** Must run before Electron is ready. The page is a secure context with an origin of its own, as one on https is. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Answers app://berth/… with the files of the built window; every other host of the scheme is nobody. */
export function serveAppScheme(folder: string): void {
  protocol.handle('app', (request) => answer(folder, request))
}

async function answer(folder: string, request: Request): Promise<Response> {
  const { host, pathname } = new URL(request.url)
  const found =
    host === 'berth' && request.method === 'GET'
      ? await findWindowFile(folder, decodeURIComponent(pathname))
      : undefined
  if (!found) return new Response(null, { status: 404 })
  return new Response(Readable.toWeb(createReadStream(found.file)) as ReadableStream, {
    headers: {
      'content-type': found.contentType,
      'content-length': String(found.size),
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
    },
  })
}
