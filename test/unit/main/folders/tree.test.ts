import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  checkedBeneath,
  createCheckedBeneath,
  linuxBeneath,
} from '../../../../main/folders/beneath.ts'
import { toByteName } from '../../../../main/folders/bytes.ts'
import { Ownership } from '../../../../main/folders/ownership.ts'
import type { ServedFolder } from '../../../../main/folders/served-folders.ts'
import { Tree } from '../../../../main/folders/tree.ts'

const ways = process.platform === 'linux' ? { linuxBeneath, checkedBeneath } : { checkedBeneath }

let folder: string
let owners: Ownership
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'berth-tree-')))
  for (const name of ['shared/work/kept', 'shared/other']) {
    mkdirSync(join(folder, name), { recursive: true })
  }
  writeFileSync(join(folder, 'shared/work/kept/file'), 'as it was')
  owners = new Ownership(join(folder, 'owners'))
})
afterEach(() => {
  owners[Symbol.dispose]()
  rmSync(folder, { recursive: true, force: true })
})

const at = (name: string) => toByteName(join(folder, name))
const shared = (): ServedFolder => ({ wire: '/w', host: at('shared'), readOnly: false })
const toWrite = {
  ...{ read: false, write: true, append: false, create: true },
  ...{ truncate: false, exclusive: false, mode: 0o644 },
}

describe.each(Object.entries(ways))('a file that has just gone, by %s', (_name, beneath) => {
  it('is made anew by who writes all of it, and by no other', () => {
    const tree = new Tree({ folders: () => [shared()], hidden: [], beneath, owners })
    const remembered = { ...toWrite, create: false }
    expect(() => tree.open('/w/gone', remembered)).toThrow('ENOENT')
    expect(() => tree.open('/w/gone', { ...remembered, write: false, read: true })).toThrow(
      'ENOENT',
    )
    closeSync(tree.open('/w/gone', { ...remembered, truncate: true }).fd)
    expect(readFileSync(join(folder, 'shared/gone'), 'utf8')).toBe('')
  })
})

describe.each(Object.entries(ways))('a folder for reading in another, by %s', (_name, beneath) => {
  const serve = (inner: ServedFolder) =>
    new Tree({ folders: () => [shared(), inner], hidden: [], beneath, owners })
  const write = (tree: Tree, path: string) => {
    closeSync(tree.open(path, toWrite).fd)
  }

  it('is not moved to where it may be written, with the folder around it', () => {
    const tree = serve({ wire: '/w/work/kept', host: at('shared/work/kept'), readOnly: true })
    expect(() => tree.rename('/w/work', '/w/moved', { replace: false })).toThrow('EACCES')
    expect(() => write(tree, '/w/moved/kept/file')).toThrow('ENOENT')
    tree.rename('/w/other', '/w/another', { replace: false })
    expect(existsSync(join(folder, 'shared/another'))).toBe(true)
  })

  it('is so by each of its names', () => {
    // Shared by the name that it has without the links, as in /usr/home for /home.
    const tree = serve({ wire: '/real/work/kept', host: at('shared/work/kept'), readOnly: true })
    expect(() => write(tree, '/w/work/kept/file')).toThrow('EROFS')
    expect(() => tree.remove('/w/work/kept/file')).toThrow('EROFS')
    expect(() => tree.rename('/w/work/kept', '/w/x', { replace: false })).toThrow('EROFS')
    expect(() => tree.link('/w/work/kept/file', '/w/x')).toThrow('EROFS')
    expect(readFileSync(join(folder, 'shared/work/kept/file'), 'utf8')).toBe('as it was')
    write(tree, '/w/work/new')
  })
})

it('keeps the links that a shared folder is named by', () => {
  mkdirSync(join(folder, 'disk/inner'), { recursive: true })
  symlinkSync(join(folder, 'disk'), join(folder, 'shared/by'))
  const inner = { wire: '/w/by/inner', host: at('disk/inner'), readOnly: false }
  const folders = () => [shared(), inner]
  const tree = new Tree({ folders, hidden: [], beneath: checkedBeneath, owners })
  // The next connection would find the folder where another link leads.
  tree.symlink('/', '/w/other/link')
  expect(() => {
    tree.remove('/w/by')
  }).toThrow('EACCES')
  expect(() => tree.rename('/w/by', '/w/x', { replace: false })).toThrow('EACCES')
  expect(() => tree.rename('/w/other/link', '/w/by', { replace: true })).toThrow('EACCES')
  expect(tree.readlink('/w/by')).toBe(at('disk'))
  tree.remove('/w/other/link')
})

it('forgets whose a folder was with the folder', () => {
  const tree = new Tree({ folders: () => [shared()], hidden: [], beneath: checkedBeneath, owners })
  for (const path of ['/w/a', '/w/b']) {
    tree.mkdir(path)
    tree.set(path, { uid: 999, gid: 999 })
  }
  expect(owners.size).toBe(2)
  tree.rmdir('/w/a')
  expect(owners.size).toBe(1)
  tree.rename('/w/other', '/w/b', { replace: true })
  expect(owners.size).toBe(0)
})

it.runIf(process.platform === 'linux')(
  'leaves nothing open of what it could not make whole',
  () => {
    const tree = new Tree({
      folders: () => [shared()],
      hidden: [],
      beneath: checkedBeneath,
      owners,
    })
    const countOpen = () => readdirSync('/proc/self/fd').length
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' })
    vi.spyOn(owners, 'created').mockImplementation(() => {
      throw full
    })
    const before = countOpen()
    for (const name of ['a', 'b', 'c']) expect(() => tree.open(`/w/${name}`, toWrite)).toThrow(full)
    expect(countOpen()).toBe(before)
  },
)

// On Linux, where all those names are names of their own.
describe.runIf(process.platform === 'linux')('where the system takes several names for one', () => {
  const serve = (platform: NodeJS.Platform, hidden: string[] = [], inner: ServedFolder[] = []) =>
    new Tree({
      folders: () => [shared(), ...inner],
      hidden: hidden.map(at),
      beneath: createCheckedBeneath(platform),
      owners,
    })

  it.each(['darwin', 'win32'] as const)('on %s, what is hidden is so in any case', (platform) => {
    for (const name of ['OTHER', 'o\u017fther']) {
      mkdirSync(join(folder, 'shared', name))
      writeFileSync(join(folder, 'shared', name, 'key'), 'key')
    }
    const tree = serve(platform, ['shared/other', 'shared/o\u017fTHER'])
    for (const path of ['/w/OTHER', '/w/OTHER/key', toByteName('/w/o\u017fther/key')])
      expect(() => tree.lstat(path), path).toThrow('EACCES')
    expect(() => tree.rename('/w/OTHER', '/w/x', { replace: false })).toThrow('EACCES')
  })

  it.each(['darwin', 'win32'] as const)('on %s, so is what is for reading', (platform) => {
    mkdirSync(join(folder, 'shared/OTHER'))
    const inner = { wire: '/w/other', host: at('shared/other'), readOnly: true }
    const tree = serve(platform, [], [inner])
    expect(() => tree.open('/w/OTHER/file', toWrite)).toThrow('EROFS')
    expect(() => {
      tree.rmdir('/w/OTHER')
    }).toThrow('EROFS')
  })

  it('on Windows, a name is one name', () => {
    const names = ['a\\b', '..\\..\\outside', 'work:stream', 'work.', 'work ', 'nul', 'COM1.txt']
    for (const name of names) {
      writeFileSync(join(folder, 'shared', name), '')
      expect(() => serve('win32').lstat(`/w/${name}`), name).toThrow('ENOENT')
      expect(() => serve('win32').open(`/w/${name}/x`, toWrite), name).toThrow('ENOENT')
    }
    writeFileSync(join(folder, 'shared/backup~1.tar'), '')
    serve('win32').lstat('/w/backup~1.tar')
    // As the system has it with short names: another one leads to it.
    symlinkSync('work', join(folder, 'shared/WOR~1'))
    expect(() => serve('win32').lstat('/w/WOR~1')).toThrow('ENOENT')
  })

  it.each(['darwin', 'win32'] as const)('on %s, no hard link is made of a link', (platform) => {
    writeFileSync(join(folder, 'outside'), 'secret')
    symlinkSync(join(folder, 'outside'), join(folder, 'shared/direct'))
    const tree = serve(platform)
    expect(() => {
      tree.link('/w/direct', '/w/stolen')
    }).toThrow('EPERM')
    tree.link('/w/work/kept/file', '/w/second')
    expect(readFileSync(join(folder, 'shared/second'), 'utf8')).toBe('as it was')
  })
})
