import { describe, expect, test } from 'vitest'
import { Containers } from '../../../../main/engine/containers.ts'
import { Stats } from '../../../../main/engine/stats.ts'
import { endContainer } from '../../../support/fake-engine/container-verbs.ts'
import { withEngine, type WithEngine } from './with-engine.ts'

function services({ client, changes }: WithEngine) {
  return new Containers(client, changes, new Stats(client, changes))
}

describe('a run', () => {
  test('that is over and removed at once has been one', async () => {
    await using fixture = await withEngine()
    const { store } = fixture.engine
    store.on('event', ({ Action, Actor }) => {
      const container = store.containers.get(Actor.ID)
      if (Action === 'start' && container)
        endContainer(store, container, { signal: 0, exitCode: 0 })
    })
    const told = services(fixture).run({ image: 'nginx', name: 'once', autoRemove: true })
    await expect(told).resolves.toMatchObject({ name: 'once' })
    expect(store.containers.size).toBe(0)
  })

  test.each([
    [{ volumesFrom: ['gone:ro'] }, 'volumesFrom'],
    [{ network: 'container:gone' }, 'network'],
    [{ pid: 'container:gone' }, 'pid'],
  ])('with something of a container that is not there names that: %j', async (part, field) => {
    await using fixture = await withEngine()
    const message = 'No such container: gone'
    fixture.engine.breakNext('/containers/create', { status: 404, message })
    const told = services(fixture).run({ image: 'nginx', name: 'web', ...part })
    await expect(told).rejects.toMatchObject({
      code: 'container-missing',
      params: { name: 'gone', field },
    })
  })
})
