import { expect, it } from 'vitest'
import { VmError } from '#vm'
import { Transport } from '../../../../main/folders/transport.ts'
import { toVirtiofsFolder } from '../../../../main/folders/virtiofs-folder.ts'
import { FakeVirtiofs, noVirtiofs } from '../../../support/fake-virtiofs.ts'

const log = { file: '', write: () => undefined, failure: () => undefined }

const shared = (path: string, readOnly = false, realPath = path) => ({ path, readOnly, realPath })
const toFolder = (share: ReturnType<typeof shared>, others: ReturnType<typeof shared>[] = []) =>
  toVirtiofsFolder({ share, guestPath: '/g' }, [share, ...others], {
    folder: '/home/me/.berth',
    files: new Set(['/home/me/.berth/machine/data.raw', '/drive/vm/data.raw']),
  })

it('shares the folder itself, read-only if so marked, and hides Berth’s own in it', () => {
  expect(toFolder(shared('/link', true, '/real'))).toMatchObject({ path: '/real', readOnly: true })
  expect(toFolder(shared('/home/me'))).toMatchObject({ hidden: ['/home/me/.berth'] })
  expect(toFolder(shared('/home/meadow'))).toMatchObject({ hidden: [] })
})

it('leaves to our own server what a device cannot share as it is to be', () => {
  expect(toFolder(shared('/home/me/.berth/logs'))).toBeUndefined()
  expect(toFolder(shared('/p'), [shared('/p/fixed', true)])).toBeUndefined()
  expect(toFolder(shared('/drive'))).toBeUndefined()
  expect(toFolder(shared('/drive/other'))).toBeDefined()
  expect(toFolder(shared('/p'), [shared('/p/link', false, '/elsewhere')])).toBeUndefined()
  const named = shared('/home/p', false, '/usr/home/p')
  expect(toFolder(named, [shared('/usr/home/p/fixed', true)])).toBeUndefined()
  expect(toFolder(named, [shared('/usr/home/p/inner'), shared('/usr/home', true)])).toBeDefined()
  expect(toFolder(shared('/p'), [shared('/p/inner'), shared('/q', true)])).toBeDefined()
})

it('names a device by what it shares', () => {
  const tags = [shared('/p'), shared('/p', true), shared('/q'), shared('/home')].map(
    (share) => toFolder(share)?.tag ?? '',
  )
  expect(new Set(tags).size).toBe(4)
  expect(toFolder(shared('/p'))?.tag).toBe(tags[0])
  for (const tag of tags) expect(tag).toMatch(/^[a-z][a-z0-9-]{1,35}$/)
})

const folder = (name: string) => ({ tag: name, path: `/${name}`, readOnly: false, hidden: [] })
const [one, two, three] = [folder('one'), folder('two'), folder('three')]

it('uses the devices that a boot really got', () => {
  using transport = new Transport(log, () => undefined)
  expect(transport.isServed(one)).toBe(false)
  const error = new VmError('virtiofs-failed', { path: '/two', reason: 'x' })
  transport.start([one, two]).onReady(['one'], error)
  expect([one, two].map((each) => transport.isDevice(each))).toEqual([true, false])
  expect(transport.note).toMatchObject({ code: 'virtiofs-failed', params: { path: '/two' } })
  expect(transport.error).toBeUndefined()
  expect([one, two].map((each) => transport.isServed(each))).toEqual([false, true])
  transport.forget()
  expect([transport.isDevice(one), transport.isServed(two)]).toEqual([false, false])
  expect(transport.note).toBeUndefined()
})

it('plugs in what is missing and takes out what is not wanted, on a machine with devices only', async () => {
  using transport = new Transport(log, () => undefined)
  const virtiofs = new FakeVirtiofs()
  virtiofs.devices.push({ tag: 'one', alive: true }, { tag: 'two', alive: true })
  const unwanted = await transport.plug(virtiofs, [two, three])
  expect([two, three].map((each) => transport.isDevice(each))).toEqual([true, true])
  await transport.unplug(virtiofs, unwanted)
  expect(virtiofs.devices.map(({ tag }) => tag)).toEqual(['two', 'three'])
  expect(await transport.plug(noVirtiofs, [two])).toEqual([])
  expect(transport.isDevice(two)).toBe(false)
})

it('leaves a folder that cannot be plugged in to our own server', async () => {
  using transport = new Transport(log, () => undefined)
  const virtiofs = new FakeVirtiofs()
  virtiofs.refusal = new VmError('virtiofs-failed', { path: '/one', reason: 'x' })
  await transport.plug(virtiofs, [one])
  expect(transport.isDevice(one)).toBe(false)
})

it('tells when a server has ended', async () => {
  const told = Promise.withResolvers<undefined>()
  using transport = new Transport(log, () => {
    told.resolve(undefined)
  })
  const virtiofs = new FakeVirtiofs()
  virtiofs.devices.push({ tag: 'one', alive: false })
  await transport.plug(virtiofs, [one])
  await told.promise
  expect(transport.error).toMatchObject({ code: 'virtiofs-ended', params: { path: '/one' } })
})
