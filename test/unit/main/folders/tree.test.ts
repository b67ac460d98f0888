import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkedBeneath, linuxBeneath } from '../../../../main/folders/beneath.ts'
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
