import { describe, expect, it, vi } from 'vitest'
import { useComposeStore } from '../../../../renderer/stores/compose.ts'
import { useContainersStore } from '../../../../renderer/stores/containers.ts'
import { useCommandsStore } from '../../../../renderer/stores/commands.ts'
import { useImagesStore } from '../../../../renderer/stores/images.ts'
import { useMachineStore } from '../../../../renderer/stores/machine.ts'
import { useSettingsStore } from '../../../../renderer/stores/settings.ts'
import { useTransfersStore } from '../../../../renderer/stores/transfers.ts'
import { removeContainer } from '../../../support/fake-engine/container-verbs.ts'
import type { EngineStore } from '../../../support/fake-engine/store.ts'
import { openWindow, openWindowOn } from '../../../support/window-stores.ts'

function removeAll(store: EngineStore) {
  for (const container of store.containers.values()) removeContainer(store, container)
}

const soon = <T>(check: () => T) => vi.waitFor(check, { interval: 2 })

describe('a store', () => {
  it('mirrors the list and every change of it', async () => {
    const { engine, use } = await openWindow()
    const containers = use(useContainersStore)
    await soon(() => expect(containers.containers).toHaveLength(14))
    removeContainer(engine.store, engine.store.container('web'))
    await soon(() => expect(containers.containers).toHaveLength(13))
  })

  it('names containers and images in what goes wrong, also one that has gone meanwhile', async () => {
    const { engine, use, connection } = await openWindow()
    const containers = use(useContainersStore)
    const images = use(useImagesStore)
    use(useCommandsStore)
    await soon(() => expect(containers.containers).toHaveLength(14))
    await soon(() => expect(images.images).toBeDefined())
    const { id } = engine.store.container('web')
    engine.breakNext(`/containers/${id}`, { status: 409, message: 'is in the middle of something' })
    await expect(containers.pause(id)).rejects.toMatchObject({ params: { name: 'web' } })
    removeContainer(engine.store, engine.store.container('web'))
    const told = expect(containers.pause(id)).rejects.toMatchObject({
      code: 'container-missing',
      params: { name: 'web' },
    })
    await soon(() => expect(containers.containers).toHaveLength(13))
    await told
    const used = images.images?.find(({ tags }) => tags.includes('postgres:17'))
    await expect(images.remove(used?.id ?? '')).rejects.toMatchObject({
      params: { image: 'postgres:17' },
    })
    expect(connection.commands.entries.value[0]?.error?.params).toEqual({ image: 'postgres:17' })
  })

  it('removes an image with all its names, but not from under a container that is stopped', async () => {
    const { engine, use } = await openWindow()
    const containers = use(useContainersStore)
    const images = use(useImagesStore)
    await soon(() => expect(containers.containers).toHaveLength(14))
    await soon(() => expect(images.images).toBeDefined())
    const image = images.images?.find(({ tags }) => tags.includes('ghcr.io/acme/shop-api:stable'))
    if (!image) throw new Error('no image')
    await expect(images.removeUnused(image.id)).rejects.toMatchObject({ code: 'image-in-use' })
    expect(engine.requests.some((line) => line.startsWith('DELETE'))).toBe(false)
    for (const user of [...engine.store.containers.values()])
      if (user.imageId === image.id) removeContainer(engine.store, user)
    await soon(() =>
      expect(containers.containers?.some(({ imageId }) => imageId === image.id)).toBe(false),
    )
    await images.removeUnused(image.id)
    await soon(() => expect(images.images?.some(({ id }) => id === image.id)).toBe(false))
  })

  it('reads the list only while the engine answers', async () => {
    const fake = await openWindow({ scenario: 'stopped' })
    const { use } = fake
    const watch = vi.spyOn(fake.app.api.containers, 'watch')
    const machine = use(useMachineStore)
    const containers = use(useContainersStore)
    await soon(() => expect(machine.status?.state).toBe('stopped'))
    expect(watch).not.toHaveBeenCalled()
    await machine.start()
    await soon(() => expect(containers.containers).toHaveLength(14))
    void fake.machine.stop()
    await soon(() => expect(containers.containers).toBeUndefined())
  })

  it('knows the engine’s version, though it answered later than the machine was said to run', async () => {
    const { use, machine } = await openWindow()
    const store = use(useMachineStore)
    machine.setHealth(machine.snapshot.health)
    await soon(() => expect(store.status?.engine?.version).toBe('28.5.2'))
  })

  it('keeps the last list while the link is lost, and follows again on a new one', async () => {
    const { engine, use, cut, connection, links } = await openWindow()
    const containers = use(useContainersStore)
    await soon(() => expect(containers.containers).toHaveLength(14))
    cut()
    await soon(() => expect(connection.state.value).toBe('lost'))
    expect(containers.containers).toHaveLength(14)
    await expect(containers.start('x')).rejects.toMatchObject({ code: 'disconnected' })
    removeAll(engine.store)
    connection.retryNow()
    await soon(() => expect(connection.state.value).toBe('open'))
    expect(links).toHaveLength(2)
    await soon(() => expect(containers.containers).toHaveLength(0))
  })

  it('stops dialling when the session is refused', async () => {
    const { line, cut, connection } = await openWindow()
    await soon(() => expect(connection.state.value).toBe('open'))
    line.refused = true
    cut()
    await soon(() => expect(connection.state.value).toBe('lost'))
    connection.retryNow()
    await soon(() => expect(connection.state.value).toBe('refused'))
  })

  it('shows what is being done to a container, and hands its failure on', async () => {
    const { use } = await openWindow({ stepMs: 30 })
    const containers = use(useContainersStore)
    await soon(() => expect(containers.containers).toHaveLength(14))
    const web = () => containers.containers?.find(({ name }) => name === 'web')
    const id = web()?.id ?? ''
    const stopping = containers.stop(id)
    expect(containers.busy.get(id)).toBe('stop')
    await stopping
    expect(containers.busy.has(id)).toBe(false)
    await soon(() => expect(web()?.state).toBe('exited'))
    await expect(containers.stop('f'.repeat(64))).rejects.toMatchObject({
      code: 'container-missing',
    })
  })

  it('follows a pull to its end, and a failed one to its reason', async () => {
    const { use, connection } = await openWindow()
    const transfers = use(useTransfersStore)
    await soon(() => expect(connection.state.value).toBe('open'))
    const { ended } = await transfers.pull('alpine')
    expect(await ended).toBe('done')
    expect(transfers.transfers).toMatchObject([{ phase: 'done', name: 'alpine:latest' }])
    expect(transfers.transfers[0]?.layers).toHaveLength(4)
    expect(await (await transfers.pull('missing/thing')).ended).toBe('failed')
    expect(transfers.transfers[1]?.error?.code).toBe('image-not-found')
    expect(connection.commands.entries.value).toMatchObject([
      { argv: ['docker', 'pull', 'missing/thing'], state: 'failed' },
      { argv: ['docker', 'pull', 'alpine'], state: 'done' },
    ])
  })

  it('cancels a pull at its source, and resumes it where it was', async () => {
    const { engine, use, connection } = await openWindow()
    const transfers = use(useTransfersStore)
    await soon(() => expect(connection.state.value).toBe('open'))
    const { ended } = await transfers.pull('held')
    const first = () => transfers.transfers[0]
    await soon(() => expect(first()?.layers[1]?.message).toBe('Extracting'))
    const cancelled = first()
    if (cancelled) await transfers.cancel(cancelled)
    expect(await ended).toBe('cancelled')
    expect(first()?.phase).toBe('cancelled')
    await soon(() => expect(engine.store.keptPulls.has('held:latest')).toBe(true))
    expect(engine.store.findImage('held')).toBeUndefined()
    if (cancelled) await transfers.again(cancelled)
    await soon(() => expect(first()?.phase).toBe('done'))
    expect(transfers.transfers).toHaveLength(1)
    expect(first()?.layers[0]?.isOld).toBe(true)
  })

  it('tells each who asked for the same pull of its end', async () => {
    const { use, connection } = await openWindow()
    const transfers = use(useTransfersStore)
    await soon(() => expect(connection.state.value).toBe('open'))
    const asked = [await transfers.pull('held'), await transfers.pull('held')]
    await soon(() => expect(transfers.transfers).toHaveLength(1))
    const [one] = transfers.transfers
    if (one) await transfers.cancel(one)
    expect(await Promise.all(asked.map(({ ended }) => ended))).toEqual(['cancelled', 'cancelled'])
    expect(connection.commands.entries.value.map(({ state }) => state)).toEqual(['left', 'left'])
  })

  it('finds a pull again after a lost link, as does another window, which may end it', async () => {
    const fake = await openWindow()
    const transfers = fake.use(useTransfersStore)
    await soon(() => expect(fake.connection.state.value).toBe('open'))
    const { ended } = await transfers.pull('held')
    await soon(() => expect(transfers.transfers[0]?.layers).toHaveLength(4))
    fake.line.down = true
    fake.cut()
    await soon(() => expect(fake.connection.state.value).toBe('lost'))
    const other = openWindowOn(fake).use(useTransfersStore)
    await soon(() => expect(other.transfers).toMatchObject([{ phase: 'active' }]))
    const [pull] = other.transfers
    if (pull) await other.cancel(pull)
    expect(transfers.transfers).toMatchObject([{ phase: 'active' }])
    fake.line.down = false
    fake.connection.retryNow()
    expect(await ended).toBe('cancelled')
    expect(fake.connection.commands.entries.value).toMatchObject([{ state: 'left' }])
    expect(fake.engine.requests.filter((line) => line.includes('/images/create'))).toHaveLength(1)
  })

  it('tells of no pull that had gone well before the window came', async () => {
    const fake = await openWindow()
    const transfers = fake.use(useTransfersStore)
    await soon(() => expect(fake.connection.state.value).toBe('open'))
    expect(await (await transfers.pull('alpine')).ended).toBe('done')
    await (
      await transfers.pull('missing/thing')
    ).ended
    const late = openWindowOn(fake).use(useTransfersStore)
    await soon(() => expect(late.transfers).toMatchObject([{ phase: 'failed' }]))
  })

  it('pushes, and says that a login is missing', async () => {
    const { engine, use, connection } = await openWindow()
    const transfers = use(useTransfersStore)
    await soon(() => expect(connection.state.value).toBe('open'))
    expect(await (await transfers.push('nginx')).ended).toBe('done')
    expect(transfers.transfers[0]?.layers[0]).toMatchObject({ isOld: true })
    expect(engine.requests).toContainEqual(expect.stringContaining('/images/nginx/push?tag=latest'))
    const image = engine.store.findImage('nginx')
    image?.tags.push('denied.example/app:1')
    expect(await (await transfers.push('denied.example/app:1')).ended).toBe('failed')
    expect(transfers.transfers[1]?.error).toMatchObject({ code: 'push-login' })
    expect(await (await transfers.push('nosuch:1')).ended).toBe('failed')
    expect(transfers.transfers[2]?.error).toMatchObject({ code: 'push-missing' })
    expect(connection.commands.entries.value[0]?.argv).toEqual(['docker', 'push', 'nosuch:1'])
  })

  it('finds what is done with a project again after a lost link, as does another window', async () => {
    const fake = await openWindow()
    const { use, cut, connection } = fake
    const compose = use(useComposeStore)
    await soon(() => expect(compose.byName.has('shop')).toBe(true))
    const ends = vi.fn()
    compose.onRunEnd(ends)
    const goOn = fake.compose.hold()
    await compose.restart('shop')
    await expect(fake.app.api.compose.stop('shop')).rejects.toMatchObject({ code: 'compose-busy' })
    await soon(() => expect(compose.runs.get('shop')?.steps).toHaveLength(1))
    // It would dial again by itself.
    fake.line.down = true
    cut()
    await soon(() => expect(connection.state.value).toBe('lost'))
    await expect(compose.cancel('shop')).rejects.toMatchObject({ code: 'disconnected' })
    const other = openWindowOn(fake).use(useComposeStore)
    await soon(() => expect(other.runs.get('shop')).toMatchObject({ phase: 'active' }))
    goOn()
    await soon(() => expect(other.runs.has('shop')).toBe(false))
    expect(compose.runs.has('shop')).toBe(true)
    expect(connection.commands.entries.value).toMatchObject([{ state: 'active', times: 1 }])
    fake.line.down = false
    connection.retryNow()
    await soon(() => expect(ends).toHaveBeenCalledOnce())
    expect(compose.runs.has('shop')).toBe(false)
    expect(connection.commands.entries.value).toMatchObject([{ state: 'done' }])
  })

  it('cancels in one window what was begun in another, and closes what failed in all', async () => {
    const fake = await openWindow()
    const compose = fake.use(useComposeStore)
    const other = openWindowOn(fake).use(useComposeStore)
    await soon(() => expect(compose.byName.has('shop')).toBe(true))
    const goOn = fake.compose.hold()
    await compose.restart('shop')
    await soon(() => expect(other.runs.has('shop')).toBe(true))
    await other.cancel('shop')
    await soon(() => expect(compose.runs.has('shop')).toBe(false))
    expect(fake.connection.commands.entries.value).toMatchObject([{ state: 'left' }])
    goOn()
    fake.engine.breakNext('/restart', { status: 500, message: 'no room' })
    await compose.restart('shop')
    await soon(() => expect(other.runs.get('shop')?.error?.params['message']).toBe('no room'))
    await soon(() => expect(compose.runs.get('shop')?.phase).toBe('failed'))
    expect(fake.connection.commands.entries.value).toMatchObject([
      ...[{ state: 'failed' }, { state: 'left' }],
    ])
    await other.dismiss('shop')
    await soon(() => expect(compose.runs.has('shop')).toBe(false))
  })

  it('gets a saved setting back through the stream', async () => {
    const { use } = await openWindow()
    const settings = use(useSettingsStore)
    await soon(() => expect(settings.snapshot?.settings.theme).toBe('system'))
    await settings.save({ theme: 'dark' })
    await soon(() => expect(settings.snapshot?.settings.theme).toBe('dark'))
  })
})
