import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { findSource, readSource, toFileArguments } from '../../../../main/compose/source.ts'
import { createFolderMap } from '../../../../main/folders/folder-map.ts'

let root: string
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'berth-source-')))
  onTestFinished(() => rm(root, { recursive: true }))
  await mkdir(join(root, 'shop'))
  for (const name of ['compose.yaml', 'compose.override.yml', 'other.yaml', '.env.prod'])
    await writeFile(join(root, 'shop', name), '')
})
const shop = (name: string) => join(root, 'shop', name)

test('what Compose would lay over a file of the usual name is laid over it here', async () => {
  expect((await findSource(shop('compose.yaml'))).files).toEqual([
    ...[shop('compose.yaml'), shop('compose.override.yml')],
  ])
  expect((await findSource(shop('other.yaml'))).files).toEqual([shop('other.yaml')])
})

test('Compose is told the guest’s paths, in the files’ order', async () => {
  const folders = createFolderMap([{ path: root, readOnly: false }])
  const guest = (path: string) => (folders.toGuest(path) as { path: string }).path
  const source = await findSource(shop('compose.yaml'))
  const envFiles = [shop('.env.prod')]
  expect(await toFileArguments({ ...source, envFiles }, folders)).toEqual([
    ...['--project-directory', guest(join(root, 'shop'))],
    ...['--env-file', guest(shop('.env.prod'))],
    ...['-f', guest(shop('compose.yaml')), '-f', guest(shop('compose.override.yml'))],
  ])
  expect(guest(shop('compose.yaml'))).toMatch(/^\/run\/berth\/folders\//)
})

test('the labels of a project that was started here, elsewhere or from a pipe name this computer’s paths', () => {
  const folders = createFolderMap([{ path: root, readOnly: false }], 'linux')
  const guest = (path: string) => (folders.toGuest(path) as { path: string }).path
  const read = (working_dir: string, config_files: string) =>
    readSource(
      {
        'com.docker.compose.project.working_dir': working_dir,
        'com.docker.compose.project.config_files': config_files,
      },
      folders,
    )
  const here = `${guest(shop('compose.yaml'))},${guest(shop('other.yaml'))}`
  expect(read(guest(join(root, 'shop')), here)).toEqual({
    directory: join(root, 'shop'),
    files: [shop('compose.yaml'), shop('other.yaml')],
    envFiles: [],
  })
  expect(read('C:\\src\\shop', 'C:\\src\\shop\\compose.yaml').files).toEqual([
    'C:\\src\\shop\\compose.yaml',
  ])
  expect(read('/srv/shop', '-')).toEqual({ directory: '/srv/shop', files: [], envFiles: [] })
  // To look there would tell another computer who we are.
  for (const path of ['//evil/share/compose.yaml', '\\\\evil\\share\\compose.yaml'])
    expect(read(path, path)).toMatchObject({ directory: '', files: [] })
  expect(readSource({}, folders)).toEqual({ directory: '', files: [], envFiles: [] })
})
