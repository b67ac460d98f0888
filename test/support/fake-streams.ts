import {
  AppError,
  type Container,
  type LogLine,
  type StopSignal,
  type TransferProgress,
  stream,
} from '#api'

/** Sixty lines at once, then, while the container runs and somebody follows, one more every second. */
export function followLogs(
  container: Container,
  options: { tail?: number; follow?: boolean },
): AsyncIterable<LogLine[]> {
  return stream<LogLine[]>(async (push, signal) => {
    const tail = Math.min(options.tail ?? 60, 60)
    await push(Array.from({ length: tail }, (_, index) => toLine(container, index)))
    for (let index = tail; options.follow === true && container.state === 'running'; index += 1) {
      await wait(1000, signal)
      if (signal.aborted) return
      await push([toLine(container, index)])
    }
  })
}

function toLine(container: Container, index: number): LogLine {
  const at = new Date(Date.now() - 1000).toISOString().replace('Z', '123456Z')
  if (index % 11 === 7)
    return { source: 'stderr', at, text: `\u001b[33m[warn]\u001b[0m upstream timed out (${index})` }
  return {
    source: 'stdout',
    at,
    text: `${container.name}: 192.168.1.${index % 250} "GET /item/${index} HTTP/1.1" 200 ${612 + index}`,
  }
}

const layers = ['4f4fb700ef54', '9d16cba9fb96', 'b9da5a29d0d1', '1ba3e3b4ee0f']

/** Four layers, ten steps each. References with "missing" in them fail as an unknown image does. */
export function transfer(
  reference: string,
  stepMs: number,
  finish: () => void,
): AsyncIterable<TransferProgress> {
  return stream<TransferProgress>(async (push, signal) => {
    await push({ message: `Pulling from ${reference}` })
    await wait(stepMs, signal)
    if (reference.includes('missing')) throw new AppError('image-not-found', { image: reference })
    for (let step = 0; step <= 10; step += 1) {
      if (signal.aborted) return
      for (const [index, layer] of layers.entries()) {
        const total = 4_000_000 * (index + 1)
        const current = Math.min(total, (total * step * (1.6 - index * 0.2)) / 10)
        const message = current === total ? 'Pull complete' : 'Downloading'
        await push({ layer, message, current, total })
      }
      await wait(stepMs, signal)
    }
    if (!signal.aborted) finish()
  })
}

function wait(ms: number, signal: StopSignal) {
  return new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
