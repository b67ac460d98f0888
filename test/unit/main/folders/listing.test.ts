import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { FolderListings } from '../../../../main/folders/listing.ts'

let root: string
let home: string

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'berth-listing-')))
  onTestFinished(() => rm(root, { recursive: true }))
  home = join(root, 'home')
  for (const folder of ['home/shop/site', 'home/.ssh', 'home/a10', 'home/a2', 'shared/x', 'secret'])
    await mkdir(join(root, folder), { recursive: true })
  for (const file of ['home/shop/compose.yaml', 'home/shop/.env', 'home/shop/key.pem'])
    await writeFile(join(root, file), '')
  await symlink(join(root, 'secret'), join(home, 'way-out'))
  await symlink(join(root, 'shared'), join(home, 'way-in'))
})
const open = () => {
  const shares = [{ path: join(root, 'shared'), readOnly: false }]
  return new FolderListings({ current: { shares } as never }, home)
}

test('the user’s own folder comes first, by names as people order them, without what is hidden', async () => {
  expect(await open().list()).toEqual({
    path: home,
    places: [home, join(root, 'shared')],
    folders: ['a2', 'a10', 'shop', 'way-in'],
    files: [],
    isCut: false,
  })
})

test('files are told when they are asked for, and only what may be Compose’s', async () => {
  const { files, folders, parent } = await open().list(join(home, 'shop'), { files: true })
  expect({ files, folders, parent }).toEqual({
    files: ['compose.yaml'],
    folders: ['site'],
    parent: home,
  })
})

test('a link that leads out of what is shown is not gone through', async () => {
  const listings = open()
  await expect(listings.list(join(home, 'way-out'))).rejects.toMatchObject({
    code: 'folder-elsewhere',
  })
  expect((await listings.list(join(home, 'way-in'))).path).toBe(join(root, 'shared'))
})

test.each([
  ['..', 'folder-elsewhere'],
  ['../secret', 'folder-elsewhere'],
  ['none', 'folder-missing'],
  ['shop/compose.yaml', 'folder-missing'],
])('%s is refused as %s', async (path, code) => {
  await expect(open().list(join(home, path))).rejects.toMatchObject({ code })
})

test('what is no path is refused', async () => {
  await expect(open().list('shop')).rejects.toMatchObject({ code: 'folder-missing' })
  await expect(open().list(5 as never)).rejects.toMatchObject({ code: 'folder-missing' })
})
