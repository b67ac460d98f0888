import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { App } from '../../../../main/app.ts'
import { openUiServer, type UiServer } from '../../../../main/headless/server.ts'

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

let folder: string
let server: UiServer
let port: number
/** The unguessable path, without its last slash. */
let base: string
let served: number

/** The app as the server sees it: it is asked for nothing but to serve links, and to log. */
function createServedApp(): App {
  const log = { write: () => undefined, failure: () => undefined, file: '' }
  return { log, serve: () => (served += 1) } as unknown as App
}

beforeEach(async () => {
  served = 0
  folder = await mkdtemp(join(tmpdir(), 'berth-window-'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Berth</title>')
  server = await openUiServer(createServedApp(), { folder, port: 0 })
  port = Number(new URL(server.url).port)
  base = new URL(server.url).pathname.slice(0, -1)
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: base + path, method, headers }
    httpRequest(options, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => (body += text))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      )
    })
      .on('error', reject)
      .end()
  })
}

/** Visits the address that was handed out, and gives the cookie that it became. */
async function enter(): Promise<string> {
  const { headers } = await ask(`/${new URL(server.url).search}`)
  return headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

/** Whether a WebSocket with these headers is let in, or the status by which it is not. */
async function dial(headers: Record<string, string>, path = '/api'): Promise<string | number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${base}${path}`, { headers })
  const refused = new Promise<number>((resolve) => {
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    socket.once('error', () => resolve(0))
  })
  const outcome = await Promise.race([once(socket, 'open').then(() => 'open'), refused])
  socket.terminate()
  return outcome
}

const ours = () => `http://127.0.0.1:${port}`

it('does not take the place of another program', async () => {
  const opening = openUiServer(createServedApp(), { folder, port })
  await expect(opening).rejects.toMatchObject({ code: 'ui-port-taken', params: { port } })
})

describe('the face for browsers', () => {
  it('takes its token for a cookie once, and out of the address', async () => {
    const { search } = new URL(server.url)
    const first = await ask(`/${search}`)
    expect(first.status).toBe(303)
    expect(first.headers.location).toBe(`${base}/`)
    expect(first.headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict$/)
    const second = await ask(`/${search}`)
    expect(second.status).toBe(401)
    expect(second.headers['set-cookie']).toBeUndefined()
  })

  it.each([
    ['zh-CN,zh;q=0.9', '请重新打开 Berth'],
    ['de', 'Open Berth again'],
    [undefined, 'Open Berth again'],
  ])('tells a browser in %s with an old address how to get a new one', async (accepted, title) => {
    const { origin } = new URL(server.url)
    const headers: Record<string, string> = accepted ? { 'accept-language': accepted } : {}
    const response = await fetch(`${origin}/old/?token=old`, { headers })
    expect(response.status).toBe(401)
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    )
    const page = await response.text()
    expect(page).toContain(`<h1>${title}</h1>`)
    expect(page).toContain('npx berth ui')
    expect(page).not.toContain('<script')
  })

  it('hands out another address after one was used', async () => {
    const first = server.url
    await enter()
    expect(server.url).not.toBe(first)
    expect(await enter()).not.toBe('')
  })

  it('shows its window to who has a cookie, under a strict policy', async () => {
    const answer = await ask('/', { cookie: await enter() })
    expect(answer.status).toBe(200)
    expect(answer.body).toContain('<title>Berth</title>')
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
    expect(answer.headers['content-security-policy']).not.toContain('unsafe-eval')
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  })

  it('understands an address that names hundreds of images', async () => {
    const query = new URLSearchParams(
      Array.from({ length: 500 }, (_, index) => ['name', `sha256:${'0'.repeat(60)}${index}`]),
    )
    const path = `/download/image?${query.toString()}`
    // Not asked for by a page of ours: refused, but not for its length.
    expect((await ask(path, { cookie: await enter() })).status).toBe(403)
  })

  it('says 401 to every path but its own, whatever cookie comes with it', async () => {
    const cookie = await enter()
    const own = base
    base = ''
    for (const path of ['/', '/index.html', '/session', own]) {
      expect((await ask(path, { cookie })).status).toBe(401)
    }
    expect(await dial({ cookie, origin: ours() })).toBe(401)
  })

  it('lives on when a refused peer resets, and closes while one holds on', async () => {
    const head = 'GET /api HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'
    for (let round = 0; round < 20; round += 1) {
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      socket.write(head)
      socket.resetAndDestroy()
    }
    const holding = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    holding.write(head)
    await once(holding, 'data')
    expect((await ask('/', { cookie: await enter() })).status).toBe(200)
  })

  it.each(['/', '/index.html', '/session', '/assets/x.js', '/api', '/upload/image'])(
    'says 401 to %s without a cookie',
    async (path) => {
      expect((await ask(path)).status).toBe(401)
      expect((await ask(path, { cookie: `berth_${port}=guess` })).status).toBe(401)
    },
  )

  it.each([
    '/../package.json',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2fetc/passwd.txt',
    '//etc/passwd.txt',
  ])('gives no file from outside of its folder: %s', async (path) => {
    const { status, body } = await ask(path, { cookie: await enter() })
    expect([200, 401, 404]).toContain(status)
    // A path without an extension is a page of the window.
    if (status === 200) expect(body).toContain('<title>Berth</title>')
  })

  it.each([
    'evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.1',
    '[::1]',
    '0.0.0.0',
    'localhost:1',
  ])('says 403 to the name %s, whatever cookie comes with it', async (host) => {
    const cookie = await enter()
    expect((await ask('/', { host, cookie })).status).toBe(403)
    expect(await dial({ host, cookie, origin: ours() })).toBe(401)
  })

  it('serves a link to a page of its own with a cookie', async () => {
    expect(await dial({ cookie: await enter(), origin: ours() })).toBe('open')
    expect(served).toBe(1)
  })

  it('serves no link without cookie, or to a page of another origin', async () => {
    const cookie = await enter()
    expect(await dial({ origin: ours() })).toBe(401)
    expect(await dial({ cookie })).toBe(401)
    for (const origin of [
      'null',
      'http://evil.example',
      `https://127.0.0.1:${port}`,
      `${ours()}.evil.example`,
    ])
      expect(await dial({ cookie, origin })).toBe(401)
    expect(await dial({ cookie, origin: ours() }, '/other')).toBe(401)
    expect(served).toBe(0)
  })

  it('takes no upload from another origin, or from a form', async () => {
    const cookie = await enter()
    const ofForm = { cookie, origin: ours() }
    expect((await ask('/upload/image', ofForm, 'POST')).status).toBe(403)
    const foreign = { cookie, origin: 'http://evil.example', 'x-berth': '1' }
    expect((await ask('/upload/image', foreign, 'POST')).status).toBe(403)
    expect((await ask('/upload/image', { cookie, 'x-berth': '1' }, 'POST')).status).toBe(403)
  })
})
