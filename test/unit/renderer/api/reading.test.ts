import { expect, test } from 'vitest'
import { stream } from '#api'
import { mapItems, read } from '../../../../renderer/api/reading.ts'

test('what is made of a stream ends with it, and leaving it leaves a source that is silent', async () => {
  let isLeft = false
  const source = stream<number>(async (push, signal) => {
    await push(1)
    await push(2)
    await new Promise<void>((resolve) => signal.addEventListener('abort', resolve))
    isLeft = true
  })
  const taken: string[] = []
  const reading = read(
    mapItems(source, (item) => `item ${item}`),
    (item) => void taken.push(item),
  )
  await expect.poll(() => taken).toEqual(['item 1', 'item 2'])
  reading.stop()
  await reading.done
  await expect.poll(() => isLeft).toBe(true)
})

test('a failure of the source is one of what is made of it', async () => {
  const source = stream<number>(() => Promise.reject(new Error('gone')))
  await expect(read(mapItems(source, String), () => undefined).done).rejects.toThrow('gone')
})
