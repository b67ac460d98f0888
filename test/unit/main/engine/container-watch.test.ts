import { describe, expect, test } from 'vitest'
import { toDetails } from '../../../../main/engine/container-details.ts'
import { watchContainer } from '../../../../main/engine/container-watch.ts'
import { addContainer, hour, published } from '../../../support/fake-engine/make.ts'
import { reading, withEngine } from './with-engine.ts'

describe('one container', () => {
  test('is told in full, again after its own events, and ends when it is removed', async () => {
    await using fixture = await withEngine()
    const { engine, client, changes } = fixture
    const web = addContainer(engine.store, {
      ...{ name: 'web', image: 'nginx', age: hour, ports: published(8080, 80) },
      env: ['A=1', 'B=x=y', 'EMPTY'],
      limits: { nanoCpus: 1.5e9, memory: 512, pids: 100 },
    })
    const other = addContainer(engine.store, { name: 'other', image: 'nginx', age: hour })
    await using seen = reading(watchContainer(client, changes, web.id))
    const first = await seen.take()
    expect(first).toMatchObject({
      id: web.id,
      name: 'web',
      state: 'running',
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: 'x=y' },
        { name: 'EMPTY', value: '' },
      ],
      limits: { cpus: 1.5, memoryBytes: 512, pids: 100 },
      ports: [{ containerPort: 80, protocol: 'tcp', hostPort: 8080 }],
    })
    expect(first).not.toHaveProperty('finishedAt')
    expect(first).not.toHaveProperty('exitCode')
    expect(JSON.parse(first.json)).toMatchObject({ Id: web.id })

    engine.store.changeContainer(other, 'start')
    engine.store.changeContainer(web, 'exec_create: sh')
    web.name = 'renamed'
    engine.store.changeContainer(web, 'rename')
    expect(await seen.take()).toMatchObject({ name: 'renamed' })
    engine.store.change('network', 'connect', 'net', { container: web.id })
    await seen.take()
    expect(engine.requests.filter((line) => line.includes(`/${web.id}/json`))).toHaveLength(3)

    engine.store.containers.delete(web.id)
    engine.store.changeContainer(web, 'destroy')
    await seen.end()
  })

  test('that is not there is told as that', async () => {
    await using fixture = await withEngine()
    const { client, changes } = fixture
    await using seen = reading(watchContainer(client, changes, 'nosuch'))
    await expect(seen.take()).rejects.toMatchObject({ code: 'container-missing' })
  })

  test('of an answer that is none is no container', () => {
    for (const text of ['', '[]', 'null', '{"Id": 1}', '<html>']) {
      expect(() => toDetails(text)).toThrow(expect.objectContaining({ code: 'engine-garbled' }))
    }
  })
})
