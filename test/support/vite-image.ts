import { execFile } from 'node:child_process'
import { cp, copyFile, mkdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'

const repository = join(import.meta.dirname, '../..')

/** Writes a line for each event of the watcher that Vite itself goes by. */
const program = `
import { setTimeout as delay } from 'node:timers/promises'
import { createServer } from '/app/node_modules/vite/dist/node/index.js'
const { watcher } = await createServer({
  root: process.argv[2], configFile: false, logLevel: 'error',
  optimizeDeps: { noDiscovery: true, include: [] },
  server: { middlewareMode: true, ws: false, hmr: false },
})
for (const event of ['add', 'change', 'unlink', 'addDir', 'unlinkDir'])
  watcher.on(event, (path) => console.log(event, path))
// It may have been ready before anybody could listen for that.
while (!Object.keys(watcher.getWatched()).some((folder) => folder.endsWith('/src'))) await delay(20)
console.log('watching')
`

/**
 * Makes a folder to build an image from: this repository's own Vite on the Node that runs this, with the libraries of
 * this computer that they are linked to. `/node /vite.mjs <folder>` watches a folder.
 */
export async function makeViteContext(folder: string): Promise<void> {
  const root = join(folder, 'root')
  await mkdir(join(root, 'tmp'), { recursive: true })
  const packages = new Set<string>()
  await findPackages('vite', repository, packages)
  for (const found of packages)
    await cp(found, join(root, 'app', found.slice(repository.length)), { recursive: true })
  const node = await realpath(process.execPath)
  await copyFile(node, join(root, 'node'))
  const natives = [...packages].filter((one) => one.includes('binding-'))
  for (const file of [node, ...(await addonsOf(natives))]) await copyLibraries(file, root)
  await writeFile(join(root, 'vite.mjs'), program)
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY root /\n')
}

const manifest = z.object({
  main: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
})

async function readManifest(folder: string) {
  return manifest.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')))
}

/** A package and all that it depends on, as far as it is installed. */
async function findPackages(name: string, from: string, found: Set<string>): Promise<void> {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name)
    const read = await readManifest(folder).catch(() => undefined)
    if (read) {
      if (found.has(folder)) return
      found.add(folder)
      for (const next of Object.keys({ ...read.dependencies, ...read.optionalDependencies }))
        await findPackages(next, folder, found)
      return
    }
    if (at === repository) return
  }
}

async function addonsOf(folders: readonly string[]): Promise<string[]> {
  const all = await Promise.all(
    folders.map(async (folder) => join(folder, (await readManifest(folder)).main ?? '')),
  )
  return all.filter((file) => file.endsWith('.node'))
}

async function copyLibraries(file: string, root: string): Promise<void> {
  const { stdout } = await promisify(execFile)('ldd', [file])
  for (const [library] of stdout.matchAll(/\/[^ )]+/g)) {
    await mkdir(dirname(join(root, library)), { recursive: true })
    await copyFile(await realpath(library), join(root, library))
  }
}
