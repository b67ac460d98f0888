import { expect, test } from 'vitest'
import { effectScope } from 'vue'
import { useAnswer } from '../../../../renderer/views/registries/useAnswer.ts'
import { useListing } from '../../../../renderer/views/registries/useListing.ts'
import type { Listing } from '../../../../renderer/stores/registries.ts'

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('a list that is asked anew, as after a login, is the one that was asked for last', async () => {
  const asked: PromiseWithResolvers<Listing>[] = []
  const scope = effectScope()
  const list = scope.run(() =>
    useListing(
      () => 'a.example',
      () => {
        const answer = Promise.withResolvers<Listing>()
        asked.push(answer)
        return answer.promise
      },
    ),
  )
  void list?.read()
  asked[1]?.resolve({ names: ['private', 'public'] })
  await settled()
  asked[0]?.resolve({ names: ['public'], next: 'more' })
  await settled()
  expect(list?.names.value).toEqual(['private', 'public'])
  expect(list?.hasMore.value).toBe(false)
  scope.stop()
})

test('an answer is that of the question that was put last', async () => {
  const asked: PromiseWithResolvers<string>[] = []
  const scope = effectScope()
  const { answer, failure, read } =
    scope.run(() =>
      useAnswer(
        () => 'a:1',
        () => {
          const one = Promise.withResolvers<string>()
          asked.push(one)
          return one.promise
        },
      ),
    ) ?? {}
  void read?.()
  asked[1]?.resolve('new')
  await settled()
  asked[0]?.reject(new Error('old'))
  await settled()
  expect(answer?.value).toBe('new')
  expect(failure?.value).toBeUndefined()
  scope.stop()
})
