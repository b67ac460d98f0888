import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { chromium } from '@playwright/test'
import { chromiumLaunch } from '../support/chromium.ts'
import { floodLine } from '../support/fake-engine/flood.ts'
import { type FakeServer, startFakeServer } from '../support/fake-server.ts'
import { startLogEngine } from './log-engine.ts'
import type { ModelResult, ModelTask } from './log-model-worker.ts'
import { floodPage, type PageFlood } from './log-page.ts'
import type { Check, Outcome } from './outcome.ts'
import { estimate, median, pooledRatio } from './stats.ts'

const lines = 200_000
const perSecond = 200_000
const manyLines = 1_000_000
const mebibyte = 1024 ** 2

/**
 * B10: a container that writes 200,000 numbered lines a second, into the window and its model, against a reader on the
 * same socket that throws the bytes away. Arms alternate forth and back.
 * @param options.pairs floods of each arm, without the discarded first one.
 */
export async function measureLogs(options: { pairs: number }): Promise<Outcome> {
  await using stack = new AsyncDisposableStack()
  const engine = stack.use(startLogEngine())
  await engine.flood('flood', lines, perSecond)
  await engine.flood('long', manyLines, perSecond)
  const server = stack.use(await startFakeServer({ scenario: 'running', elsewhere: engine }))
  const browser = await chromium.launch(chromiumLaunch)
  stack.defer(() => browser.close())

  const times = { plain: [] as number[], model: [] as number[], page: [] as number[] }
  const models: ModelResult[] = []
  const arms = [
    async () => times.plain.push(await readPlainly(socketOf(server), 'flood', lines)),
    async () => {
      const result = await runModel(server, 'flood', lines)
      models.push(result)
      times.model.push(result.ms)
    },
    async () =>
      times.page.push((await floodPage(browser, server, { container: 'flood', count: lines })).ms),
  ]
  for (const arm of arms) await arm()
  for (const all of Object.values(times)) all.length = 0
  for (let index = 0; index < options.pairs; index += 1) {
    for (const arm of index % 2 === 0 ? arms : arms.toReversed()) await arm()
  }
  const long = await runModel(server, 'long', manyLines)
  const page = await floodPage(browser, server, { container: 'long', count: manyLines })
  const compare = (ours: number[]) =>
    estimate(
      ours.map((one, index) => ({ ours: [one], theirs: [times.plain[index] ?? Number.NaN] })),
      pooledRatio(median),
    )
  const bounds = { pass: 1 / 0.9, ambitious: 1 }
  return {
    id: 'B10',
    title: `A log of ${lines} lines at ${perSecond} a second, from the first line to the last`,
    arms: [
      { name: 'plain reader', samples: times.plain },
      { name: 'the window’s model', samples: times.model },
      { name: 'the window', samples: times.page },
    ],
    comparisons: [
      { name: 'model ÷ plain reader', estimate: compare(times.model), ...bounds },
      { name: 'window ÷ plain reader', estimate: compare(times.page), ...bounds },
    ],
    checks: [...checkModels([...models, long]), ...checkLong(long, page)],
    notes: [
      `${options.pairs} floods of each arm, forth and back; one of each discarded`,
      'the engine and the model have threads of their own; all share the cores of this host',
      'heap after a collection; the time of a key is from its event to the page’s first listener',
    ],
  }
}

export function socketOf({ app }: FakeServer): string {
  return app.paths.dockerSocket(app.socketFolder)
}

/** What `docker logs -f >/dev/null` does, with as little as Node needs for it. */
export async function readPlainly(
  socketPath: string,
  container: string,
  count: number,
): Promise<number> {
  const path = `/containers/${container}/logs?follow=1&stdout=1&stderr=1&timestamps=1&tail=all`
  const asked = get({ socketPath, path, agent: false })
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const last = floodLine(count - 1)
  let began = 0
  let tail = ''
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (began === 0) began = performance.now()
    tail = (tail + chunk.subarray(-200).toString('latin1')).slice(-200)
    if (tail.includes(last)) break
  }
  const ms = performance.now() - began
  asked.destroy()
  return ms
}

export async function runModel(
  server: FakeServer,
  container: string,
  count: number,
): Promise<ModelResult> {
  const { headers } = await fetch(server.url, { redirect: 'manual' })
  const workerData: ModelTask = { url: headers.get('location') ?? '', container, count }
  const worker = new Worker(join(import.meta.dirname, 'log-model-worker.ts'), { workerData })
  const [result] = (await once(worker, 'message')) as [ModelResult]
  await worker.terminate()
  return result
}

export function checkModels(results: ModelResult[]): Check[] {
  const misplaced = results.reduce((sum, one) => sum + one.misplaced, 0)
  return [
    {
      name: 'each line once and in its place',
      ok: misplaced === 0,
      detail: `${misplaced} misplaced in ${results.map((one) => one.lines).join(', ')} lines`,
    },
  ]
}

function checkLong(model: ModelResult, page: PageFlood): Check[] {
  const size = (bytes: number) => `${(bytes / mebibyte).toFixed(0)} MiB`
  const ms = (value: number) => `${value.toFixed(0)} ms`
  return [
    {
      name: 'a search through 1,000,000 lines within 150 ms',
      ok: model.searchMs <= 150 && model.found === manyLines / 10,
      detail: `${ms(model.searchMs)}, ${model.found} lines found`,
    },
    {
      name: 'frames while 1,000,000 lines come, p95 within 33 ms',
      ok: page.framesP95 <= 33,
      detail: ms(page.framesP95),
    },
    {
      name: 'a key meanwhile is heard, p95 within 50 ms',
      ok: page.inputP95 <= 50,
      detail: ms(page.inputP95),
    },
    {
      name: 'the page’s heap with all of them within 64 MiB',
      ok: page.heapBytes <= 64 * mebibyte,
      detail: `${size(page.heapBytes)}; the model alone ${size(model.heapBytes)}`,
    },
  ]
}
