import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { MachineEngine } from '../support/fake-machine.ts'

export type EngineWish =
  | { kind: 'listen'; socketPath: string }
  | { kind: 'close' }
  | { kind: 'flood'; name: string; count: number; perSecond: number }

/** A fake engine in another thread, whose containers flood their logs. */
export interface LogEngine extends MachineEngine, AsyncDisposable {
  flood(name: string, count: number, perSecond: number): Promise<void>
}

export function startLogEngine(): LogEngine {
  const worker = new Worker(join(import.meta.dirname, 'log-engine-worker.ts'))
  const ask = async (wish: EngineWish) => {
    worker.postMessage(wish)
    await once(worker, 'message')
  }
  return {
    listen: (socketPath) => ask({ kind: 'listen', socketPath }),
    close: () => ask({ kind: 'close' }),
    flood: (name, count, perSecond) => ask({ kind: 'flood', name, count, perSecond }),
    async [Symbol.asyncDispose]() {
      await worker.terminate()
    },
  }
}
