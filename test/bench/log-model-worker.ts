import { setFlagsFromString, getHeapStatistics } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parentPort, workerData } from 'node:worker_threads'
import { WebSocket } from 'ws'
import { type Api, connect, kinds, type Link } from '#api'
import { toExpression } from '../../renderer/log/log-query.ts'
import { createLogResume } from '../../renderer/log/log-resume.ts'
import { createLogSearch } from '../../renderer/log/log-search.ts'
import { LogStore } from '../../renderer/log/log-store.ts'

/** What the window does with a log, without its pixels: the real wire, the real model, in a thread of its own. */
export interface ModelTask {
  /** An address that works once. */
  url: string
  container: string
  count: number
}

export interface ModelResult {
  /** From the first batch to the last. */
  ms: number
  lines: number
  /** Numbers of lines that are not where they belong. */
  misplaced: number
  heapBytes: number
  /** Of a word that each tenth line holds, through all lines. */
  searchMs: number
  found: number
}

const { url, container, count } = workerData as ModelTask

async function openLink(): Promise<{ link: Link; close: () => void }> {
  const visited = await fetch(url, { redirect: 'manual' })
  const cookie = visited.headers.get('set-cookie')?.split(';')[0] ?? ''
  const address = new URL('api', new URL(visited.headers.get('location') ?? '', url))
  const socket = new WebSocket(address.href.replace('http', 'ws'), {
    headers: { cookie, origin: address.origin },
  })
  const listeners = new Set<(text: string) => void>()
  socket.on('message', (data: Buffer) => {
    for (const listener of listeners) listener(data.toString('utf8'))
  })
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  const link: Link = {
    send: (text) => socket.send(text),
    onMessage: (listener) => void listeners.add(listener),
    onClose: (listener) => void socket.once('close', listener),
  }
  return { link, close: () => socket.terminate() }
}

async function read(): Promise<ModelResult> {
  const { link, close } = await openLink()
  const store = new LogStore()
  const resume = createLogResume()
  let began = 0
  const api = connect<Api>(link, kinds)
  for await (const batch of api.containers.logs(container, { follow: true })) {
    if (began === 0) began = performance.now()
    store.push(resume.take(batch))
    if (store.next >= count) break
  }
  const ms = performance.now() - began
  close()
  let misplaced = 0
  for (let number = store.first; number < store.next; number += 1) {
    if (store.line(number)?.plain !== `line ${number} of the flood`) misplaced += 1
  }
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  const heapBytes = getHeapStatistics().used_heap_size
  const expression = toExpression({ text: '7 of the', regex: false, matchCase: false, word: false })
  const searchBegan = performance.now()
  const search = expression && createLogSearch(store, expression)
  search?.work(Infinity)
  const searchMs = performance.now() - searchBegan
  const lines = store.next
  return { ms, lines, misplaced, heapBytes, searchMs, found: search?.count ?? 0 }
}

parentPort?.postMessage(await read())
