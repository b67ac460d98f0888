import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { protocol } from 'electron'
import type { App } from '../app.ts'
import { parseArchiveRequest } from '../window/archive.ts'
import { contentSecurityPolicy } from '../window/csp.ts'
import { findWindowFile } from '../window/files.ts'

/** Must run before Electron is ready. The page is a secure context with an origin of its own, as one on https is. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Answers app://berth/… with the files of the built window, and with archives of images; every other host of the scheme is nobody. */
export function serveAppScheme(folder: string, app: App): void {
  protocol.handle('app', (request) => {
    const { host, pathname, searchParams } = new URL(request.url)
    if (host !== 'berth' || request.method !== 'GET') return new Response(null, { status: 404 })
    return pathname === '/download/image'
      ? answerArchive(app, searchParams)
      : answerFile(folder, decodeURIComponent(pathname))
  })
}

async function answerFile(folder: string, pathname: string): Promise<Response> {
  const found = await findWindowFile(folder, pathname)
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

/** A download that is cancelled closes its stream, and that ends the engine's work. */
async function answerArchive(app: App, query: URLSearchParams): Promise<Response> {
  const abort = new AbortController()
  try {
    const { names, file } = parseArchiveRequest(query)
    const archive = await app.images.save(names, abort.signal)
    archive.once('close', () => abort.abort())
    return new Response(Readable.toWeb(archive) as ReadableStream, {
      headers: {
        'content-type': 'application/x-tar',
        'content-disposition': `attachment; filename="${file}"`,
      },
    })
  } catch (error) {
    return Response.json({ error: app.toShape(error) }, { status: 404 })
  }
}
