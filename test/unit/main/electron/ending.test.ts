import { describe, expect, it } from 'vitest'
import { createEnding } from '../../../../main/electron/ending.ts'

function watchEnding(failing: readonly string[] = []) {
  const done: string[] = []
  const step = (name: string) => () => {
    done.push(name)
    return failing.includes(name) ? Promise.reject(new Error(name)) : Promise.resolve()
  }
  const over = Promise.withResolvers<undefined>()
  const ending = createEnding({
    stopMachine: step('stop'),
    close: step('close'),
    exit: () => over.resolve(undefined),
    onFailure: (error) => done.push(`failed ${(error as Error).message}`),
  })
  return { ending, done, over: over.promise }
}

describe('the end of the app', () => {
  it('shuts the guest down, then lets go, once', async () => {
    const { ending, done, over } = watchEnding()
    ending.begin({ stopMachine: true })
    ending.begin({ stopMachine: true })
    await over
    expect(done).toEqual(['stop', 'close'])
  })

  it('leaves the machine when told so', async () => {
    const { ending, done, over } = watchEnding()
    ending.begin({ stopMachine: false })
    await over
    expect(done).toEqual(['close'])
  })

  it('goes on to its end whatever fails', async () => {
    const { ending, done, over } = watchEnding(['stop', 'close'])
    ending.begin({ stopMachine: true })
    await over
    expect(done).toEqual(['stop', 'failed stop', 'close', 'failed close'])
  })
})
