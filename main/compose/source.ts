import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError, type ComposeFile, type ComposeProject } from '#api'
import type { FolderMap } from '../folders/folder-map.ts'
import { asideFolder } from '../folders/guest-paths.ts'
import { whenSettled } from './settled.ts'

/** Where a project is read from, as paths of the host. */
export interface ComposeSource {
  directory: string
  files: readonly string[]
  /** Files of variables that it was started with, instead of `.env`. */
  envFiles: readonly string[]
}

type Labels = Readonly<Record<string, string>>

/** What a container says of the files that it was made from; one that was started here names the guest's paths. */
export function readSource(labels: Labels, folders: Pick<FolderMap, 'toHost'>): ComposeSource {
  const paths = (name: string) =>
    (labels[`com.docker.compose.project.${name}`] ?? '')
      .split(',')
      .filter(isAbsolute)
      .map((path) => folders.toHost(path))
  return {
    directory: paths('working_dir')[0] ?? '',
    files: paths('config_files'),
    envFiles: paths('environment_file'),
  }
}

/** On any system, and on this computer; what came from a pipe is called `-`. */
function isAbsolute(path: string): boolean {
  return /^(\/(?!\/)|[A-Za-z]:[\\/])/.test(path)
}

const usualNames = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']
const overrideNames = usualNames.map((name) => name.replace(/\.(?=ya?ml$)/, '.override.'))

/** A file that was opened, with the one that Compose itself would lay over it. */
export async function findSource(path: string): Promise<ComposeSource> {
  const directory = dirname(path)
  const beside = usualNames.includes(basename(path)) ? overrideNames : []
  const found = await Promise.all(
    beside.map(async (name) => ((await isFile(join(directory, name))) ? name : undefined)),
  )
  const override = found.find((name) => name !== undefined)
  const files = override === undefined ? [path] : [path, join(directory, override)]
  return { directory, files, envFiles: [] }
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() === true
}

/** The source as the window shows it. */
export async function toProject(
  name: string,
  source: ComposeSource,
  about: { opened: boolean; folders: Pick<FolderMap, 'toGuest'> },
): Promise<ComposeProject> {
  const files = source.files.map(async (path): Promise<ComposeFile> => {
    if (about.folders.toGuest(path).kind !== 'shared') return { path, reach: 'not-shared' }
    return { path, reach: (await isFile(path)) ? 'ready' : 'missing' }
  })
  const { directory } = source
  return { name, directory, files: await Promise.all(files), opened: about.opened }
}

/** More than anybody writes; the guest would have to take it apart. */
const mostMiB = 2

/**
 * The arguments that say where a project is, in the guest's paths. Compose keeps to them: it looks for no other file.
 * @throws {AppError} `folder-not-shared`, `compose-missing`, `compose-large`
 */
export async function toFileArguments(
  source: ComposeSource,
  folders: Pick<FolderMap, 'toGuest'>,
): Promise<string[]> {
  for (const path of source.files) await checkFile(path, folders)
  await whenSettled(source)
  const toGuest = (path: string) => folders.toGuest(path)
  const directory = toGuest(source.directory)
  return [
    ...(directory.kind === 'shared' ? ['--project-directory', directory.path] : []),
    ...source.envFiles.flatMap((path) => {
      const place = toGuest(path)
      return place.kind === 'shared' ? ['--env-file', place.path] : []
    }),
    ...source.files.flatMap((path) => {
      const place = toGuest(path)
      return place.kind === 'shared' ? ['-f', place.path] : []
    }),
  ]
}

async function checkFile(path: string, folders: Pick<FolderMap, 'toGuest'>): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile() !== true) throw new AppError('compose-missing', { path })
  if (folders.toGuest(path).kind !== 'shared') {
    throw new AppError('folder-not-shared', { path: dirname(path) })
  }
  if (found.size > mostMiB * 1024 * 1024) {
    throw new AppError('compose-large', { path, mib: mostMiB })
  }
}

/** A text of Compose's with the paths that it saw in the guest as the host has them. */
export function toHostText(text: string, folders: Pick<FolderMap, 'toHost'>): string {
  return text.replaceAll(asidePath, (path) => folders.toHost(path))
}

const asidePath = new RegExp(`${asideFolder}/[0-9a-f]{8}(?:/[^\\s:'",]*)?`, 'g')
