import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { PullAddress } from '../../main/mirrors/pull-address.ts'

export interface BenchPullServer extends AsyncDisposable {
  address: PullAddress
  /** As if no mirror had failed yet. */
  forgive(): Promise<void>
}

/** Our server with the product's own deadlines, before these places in this order; the last is the registry itself. */
export async function startPullServer(urls: readonly string[]): Promise<BenchPullServer> {
  const worker = new Worker(join(import.meta.dirname, 'pull-server-worker.ts'), {
    workerData: urls,
  })
  const [address] = (await once(worker, 'message')) as [PullAddress]
  return {
    address,
    async forgive() {
      const forgiven = once(worker, 'message')
      worker.postMessage('forgive')
      await forgiven
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate()
    },
  }
}
