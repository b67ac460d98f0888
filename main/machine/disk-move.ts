import { basename, join } from 'node:path'
import { AppError, type DiskMove, stream } from '#api'
import type { Machine } from '#vm'
import { askMachine } from './errors.ts'

type MovingMachine = Pick<Machine, 'snapshot' | 'disk' | 'moveDisk' | 'start'>

/**
 * Moves the data disk for as long as somebody reads, and starts the machine again if it ran, however the move ends. Who
 * leaves is let go once the move is undone and the machine is as it was.
 * @param onLeave is told when a reader leaves, with what resolves once it is settled where the disk lies.
 */
export function moveDisk(
  machine: MovingMachine,
  folder: string,
  hide: (file: string) => void,
  onLeave: (settled: Promise<undefined>) => void = () => undefined,
): AsyncIterable<DiskMove> {
  return {
    [Symbol.asyncIterator]() {
      const over = Promise.withResolvers<undefined>()
      const settled = Promise.withResolvers<undefined>()
      const moves = stream<DiskMove>(async (push, stop) => {
        const left = new AbortController()
        stop.addEventListener('abort', () => {
          left.abort(new Error('nobody waits for the move'))
          onLeave(settled.promise)
        })
        const tell = (progress: DiskMove) => void push(progress)
        const onSettled = () => settled.resolve(undefined)
        const { signal } = left
        await moveAndStart(machine, folder, { hide, tell, signal, onSettled }).finally(() => {
          over.resolve(undefined)
        })
      })
      const reading = moves[Symbol.asyncIterator]()
      return {
        next: () => reading.next(),
        async return() {
          await reading.return?.()
          await over.promise
          return { done: true, value: undefined }
        },
      }
    },
  }
}

interface Moving {
  hide: (file: string) => void
  tell: (progress: DiskMove) => void
  signal: AbortSignal
  /** The disk lies where it will stay, moved or not. */
  onSettled: () => void
}

async function moveAndStart(
  machine: MovingMachine,
  folder: string,
  { hide, tell, signal, onSettled }: Moving,
): Promise<void> {
  const { phase } = machine.snapshot.state
  const isUp = phase === 'running' || phase === 'starting'
  const startAgain = async () => {
    if (!isUp || machine.snapshot.state.phase !== 'stopped') return
    tell({ step: 'start' })
    await askMachine(() => machine.start())
  }
  try {
    const { path } = await askMachine(() => machine.disk())
    if (folder !== '') hide(join(folder, basename(path)))
    await askMachine(() => machine.moveDisk(folder, { signal, onProgress: tell }))
    onSettled()
  } catch (error) {
    onSettled()
    // Why it does not start stands in its state; why the disk was not moved would stand nowhere.
    if (!isStopped(error)) await startAgain().catch(() => undefined)
    throw error
  }
  const { path } = await askMachine(() => machine.disk())
  await startAgain().catch((cause: unknown) => {
    throw new AppError('disk-moved-not-started', { path }, { cause })
  })
}

/** Somebody wanted the machine off meanwhile, and it is. */
function isStopped(error: unknown): boolean {
  return error instanceof AppError && error.code === 'disk-move-stopped'
}
