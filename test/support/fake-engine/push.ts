import type { Call } from './answers.ts'
import { pause } from './pause.ts'
import { Refusal } from './refusal.ts'
import { toId } from './store.ts'

const steps = 12

/**
 * POST /images/…/push: the image's layers, `stepMs` a step, the first of which is there already. A registry with
 * "denied" in its name knows nobody, and one with "full" takes no large layer.
 */
export async function pushImage(call: Call): Promise<void> {
  const { query, response, store, gone, stepMs } = call
  const repository = decodeURIComponent(call.params[0] ?? '')
  const reference = `${repository}:${query.get('tag') ?? ''}`
  store.accounts.push(call.request.headers['x-registry-auth'])
  const image = store.findImage(reference)
  if (!image) throw new Refusal(404, `tag does not exist: ${reference}`)
  const write = (line: object) => response.write(`${JSON.stringify(line)}\r\n`)
  const fail = (message: string) => {
    write({ error: message, errorDetail: { message } })
    response.end()
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  write({ status: `The push refers to repository [${repository}]` })
  await pause(stepMs, gone)
  if (reference.includes('denied')) {
    fail(
      'push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    )
    return
  }
  const layers = [0, 1, 2, 3].map((index) => ({
    id: toId(`${image.id} ${index}`).slice(0, 12),
    total: 4_000_000 * (index + 1),
  }))
  for (const { id } of layers) write({ status: 'Waiting', id, progressDetail: {} })
  for (let step = 1; step <= steps && !gone.aborted; step += 1) {
    await pause(stepMs, gone)
    for (const [index, { id, total }] of layers.entries()) {
      const current = Math.min(total, Math.round((total * step) / (steps - 4 + index)))
      if (index === 0) write({ status: 'Layer already exists', id, progressDetail: {} })
      else if (current < total)
        write({ status: 'Pushing', id, progressDetail: { current, total }, progress: '[=>  ]' })
      else write({ status: 'Pushed', id, progressDetail: {} })
    }
    if (reference.includes('full') && step === steps / 2) {
      fail(
        `unknown: unexpected status from PUT request to https://${repository}/blobs/uploads/1: 413 Request Entity Too Large`,
      )
      return
    }
  }
  write({ status: `${query.get('tag') ?? ''}: digest: sha256:${toId(reference)} size: 1234` })
  store.change('image', 'push', reference, { name: reference })
  response.end()
}
