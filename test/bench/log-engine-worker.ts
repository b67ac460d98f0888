import { parentPort } from 'node:worker_threads'
import { createFakeEngine } from '../support/fake-engine/engine.ts'
import { floodLog } from '../support/fake-engine/flood.ts'
import { addContainer, addImage, addOwnNetworks } from '../support/fake-engine/make.ts'
import type { EngineWish } from './log-engine.ts'

/** A fake engine in a thread of its own, so that making lines does not slow down who reads them. */
const engine = createFakeEngine()
addOwnNetworks(engine.store)
addImage(engine.store, { tags: ['busybox:latest'], size: 1, age: 0 })

parentPort?.on('message', (wish: EngineWish) => {
  void obey(wish).then(() => parentPort?.postMessage('done'))
})

async function obey(wish: EngineWish): Promise<void> {
  switch (wish.kind) {
    case 'listen':
      await engine.listen(wish.socketPath)
      return
    case 'close':
      await engine.close()
      return
    case 'flood':
      addContainer(engine.store, {
        ...{ name: wish.name, image: 'busybox:latest', age: 1000 },
        log: floodLog(wish.count, wish.perSecond),
      })
  }
}
