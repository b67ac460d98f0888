import { expect, test } from 'vitest'
import { VolumeFolders } from '../../../../../main/folders/watch/volume-folders.ts'
import { addVolume } from '../../../../support/fake-engine/make.ts'
import { silentLog, withEngine } from '../../engine/with-engine.ts'

async function withVolumes() {
  const fixture = await withEngine()
  const volumes = new VolumeFolders(fixture.client, fixture.changes, silentLog)
  const add = (name: string, options?: Record<string, string>) => {
    addVolume(fixture.engine.store, name, 1000, 0)
    const volume = fixture.engine.store.volumes.get(name)
    if (volume && options) volume.options = options
  }
  return { ...fixture, volumes, add, of: (...names: string[]) => volumes.of(new Set(names)) }
}

test('a volume that binds a folder is that folder, and no other is one', async () => {
  await using fixture = await withVolumes()
  const { add, of } = fixture
  add('code', { type: 'none', o: 'bind,ro', device: '/home/me/code' })
  add('nfs', { type: 'nfs', o: 'addr=1.2.3.4', device: ':/export' })
  add('data')
  expect(await of('code', 'nfs', 'data', 'gone', 'a'.repeat(64))).toEqual(['/home/me/code'])
})

test('each is asked for once, and again when it was made anew', async () => {
  await using fixture = await withVolumes()
  const { add, of, engine } = fixture
  add('code', { type: 'none', o: 'bind', device: '/home/me/old' })
  expect(await of('code')).toEqual(['/home/me/old'])
  engine.breakNext('/volumes', 'html-500')
  expect(await of('code')).toEqual(['/home/me/old'])
  // The answer that goes wrong was not used up.
  expect(await of('other')).toEqual([])
  add('code', { type: 'none', o: 'bind', device: '/home/me/new' })
  const told = new Promise((resolve) => fixture.changes.once('volume', resolve))
  engine.store.change('volume', 'destroy', 'code', {})
  await told
  expect(await of('code', 'other')).toEqual(['/home/me/new'])
})
