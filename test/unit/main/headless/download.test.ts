import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type Server } from 'node:http'
import { Readable } from 'node:stream'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { AppError } from '#api'
import type { App } from '../../../../main/app.ts'
import { sendArchive } from '../../../../main/headless/download.ts'
import { parseArchiveRequest } from '../../../../main/window/archive.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

type Save = (names: readonly string[], signal: AbortSignal) => Promise<Readable>

async function ask(save: Save, query: string): Promise<IncomingMessage> {
  const toShape = (error: unknown) => (error as AppError).toShape()
  const app = { images: { save }, toShape } as unknown as App
  server = createServer(
    (_, response) => void sendArchive(app, new URLSearchParams(query), response),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const asked = request({ host: '127.0.0.1', port }).end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  return response
}

describe('a download of images', () => {
  it('is the archive of all that were named, under the wanted name', async () => {
    const save = vi.fn<Save>(() => Promise.resolve(Readable.from(['ta', 'r'])))
    const response = await ask(save, 'name=a:1&name=b&file=my%20images.tar')
    expect(response.headers['content-disposition']).toBe('attachment; filename="my_images.tar"')
    expect((await response.toArray()).join('')).toBe('tar')
    expect(save.mock.calls[0]?.[0]).toEqual(['a:1', 'b'])
  })

  it('that is cancelled ends the work of the engine', async () => {
    const endless = new Readable({ read: () => undefined })
    endless.push('x')
    const aborted = Promise.withResolvers<undefined>()
    const response = await ask((_, signal) => {
      signal.addEventListener('abort', () => aborted.resolve(undefined))
      return Promise.resolve(endless)
    }, 'name=a')
    await once(response, 'data')
    response.destroy()
    await aborted.promise
    await vi.waitFor(() => expect(endless.destroyed).toBe(true))
  })

  it('reads no faster than it is taken', async () => {
    let given = 0
    const source = new Readable({
      read() {
        given += 1
        this.push(Buffer.alloc(64 * 1024))
      },
    })
    const response = await ask(() => Promise.resolve(source), 'name=a')
    response.pause()
    await vi.waitFor(() => expect(given).toBeGreaterThan(1))
    let before = -1
    await vi.waitFor(() => {
      const isStill = before === given
      before = given
      expect(isStill).toBe(true)
    })
    expect(given).toBeLessThan(1000)
    response.destroy()
  })

  it('tells what failed before its first byte', async () => {
    const response = await ask(
      () => Promise.reject(new AppError('image-not-found', { image: 'a' })),
      'name=a',
    )
    expect(response.statusCode).toBe(404)
    expect(JSON.parse((await response.toArray()).join(''))).toEqual({
      error: { code: 'image-not-found', params: { image: 'a' } },
    })
  })

  it('is cut off when it breaks, so that half of it is never taken for the whole', async () => {
    const source = new Readable({ read: () => undefined })
    source.push('half')
    const response = await ask(() => Promise.resolve(source), 'name=a')
    await once(response, 'data')
    source.destroy(new Error('gone'))
    await expect(once(response, 'end')).rejects.toThrow()
  })
})

describe('parseArchiveRequest', () => {
  it.each([
    ['name=a&file=../../etc/x', '_.._etc_x'],
    ['name=a&file=a"%0d%0ab.tar', 'a_b.tar'],
    ['name=a', 'images.tar'],
  ])('takes from %s a name that does no harm', (query, file) => {
    expect(parseArchiveRequest(new URLSearchParams(query)).file).toBe(file)
  })

  it('wants at least one image', () => {
    expect(() => parseArchiveRequest(new URLSearchParams('file=x'))).toThrow(AppError)
  })
})
