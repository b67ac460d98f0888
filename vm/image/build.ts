import { execFileSync, spawn } from 'node:child_process'
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Arch, imageFolder, recipeFolder, recipeHash, toolsFolder } from './cache.ts'
import { lockFile } from './lock.ts'
import { findDamage, type Manifest, measureFile, readManifest } from './manifest.ts'

const suite = 'forky'

/** Commands that the steps call, and the Debian package of each. */
const commands: Record<string, string> = {
  mmdebstrap: 'mmdebstrap',
  mksquashfs: 'squashfs-tools',
  cpio: 'cpio',
  zstd: 'zstd',
  xz: 'xz-utils',
  depmod: 'kmod',
  modprobe: 'kmod',
  flock: 'util-linux',
}

class BuildError extends Error {}

const say = (line: string) => process.stderr.write(`${line}\n`)

function parseArch(value: string): Arch {
  if (value === 'amd64' || value === 'arm64') return value
  throw new BuildError(`--arch is amd64 or arm64, not ${value}.`)
}

function hostArch(): Arch {
  return process.arch === 'arm64' ? 'arm64' : 'amd64'
}

function checkCommands() {
  const missing = Object.keys(commands).filter((command) => {
    try {
      execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' })
      return false
    } catch {
      return true
    }
  })
  if (!missing.length) return
  const packages = [...new Set(missing.map((command) => commands[command]))].join(' ')
  throw new BuildError(
    `The guest image cannot be built without ${missing.join(', ')}; on Debian: apt-get install -y ${packages}`,
  )
}

/** A folder counts as built when its manifest reads well and its files have the right sizes. */
async function isBuilt(image: string, tools: string): Promise<boolean> {
  const manifest = await readManifest(image).catch(() => undefined)
  if (!manifest || (await findDamage(image, manifest, 'size'))) return false
  return readdir(tools).then(
    (names) => names.length > 0,
    () => false,
  )
}

async function runStep(step: string, env: Record<string, string>): Promise<void> {
  const started = performance.now()
  const child = spawn('sh', [join(recipeFolder, step)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 2, 2],
  })
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail)
    child.once('close', done)
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (code !== 0)
    throw new BuildError(`The step ${step} failed after ${seconds} s; its output is above.`)
  say(`${step} ${seconds} s`)
}

/** Debian's `5:28.5.2+dfsg4-5` as the project's own `28.5.2`. */
const upstream = (version: string) => version.replace(/^\d+:/, '').replace(/[+~-].*$/, '')

async function describe(arch: Arch, work: string, out: string): Promise<Manifest> {
  const lines = (await readFile(join(work, 'packages.list'), 'utf8')).trim().split('\n')
  const packages = lines.map((line) => {
    const [name = '', version = '', sha256 = ''] = line.split(' ')
    return { name, version, sha256 }
  })
  const versionOf = (name: string) =>
    upstream(packages.find((entry) => entry.name === name)?.version ?? '')
  return {
    version: 1,
    arch,
    recipe: await recipeHash(arch),
    suite,
    kernelVersion: (await readFile(join(work, 'kernel-release'), 'utf8')).trim(),
    cmdline: (await readFile(join(recipeFolder, 'cmdline.txt'), 'utf8')).trim(),
    engine: {
      docker: versionOf('docker.io'),
      compose: versionOf('docker-compose'),
      buildx: versionOf('docker-buildx'),
      containerd: versionOf('containerd'),
      runc: versionOf('runc'),
    },
    packages,
    files: {
      kernel: await measureFile(join(out, 'kernel')),
      initrd: await measureFile(join(out, 'initrd')),
      rootfs: await measureFile(join(out, 'rootfs')),
    },
  }
}

async function syncFolder(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of names.filter((name) => name.isFile())) {
    await using file = await open(join(entry.parentPath, entry.name), 'r')
    await file.sync()
  }
}

/** Puts a finished folder in its place; an older, damaged one makes room. */
async function place(from: string, to: string): Promise<void> {
  await syncFolder(from)
  await mkdir(dirname(to), { recursive: true })
  await rm(to, { recursive: true, force: true })
  await rename(from, to)
}

async function build(arch: Arch, image: string, tools: string): Promise<void> {
  await mkdir(dirname(image), { recursive: true })
  // Under the image's lock: whatever lies there is left of a build that was killed.
  const work = join(dirname(image), `.build-${basename(image)}`)
  await rm(work, { recursive: true, force: true })
  await mkdir(work)
  try {
    const env = {
      ARCH: arch,
      SUITE: suite,
      RECIPE: recipeFolder,
      WORK: work,
      ROOT: join(work, 'root'),
      OUT: join(work, 'out'),
      TOOLS: join(work, 'tools'),
      JOBS: String(availableParallelism()),
      LC_ALL: 'C',
      PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
    }
    await mkdir(env.OUT)
    const steps = (await readdir(recipeFolder)).filter((name) => /^\d\d-.*\.sh$/.test(name)).sort()
    for (const step of steps) await runStep(step, env)
    const manifest = await describe(arch, work, env.OUT)
    await writeFile(join(env.OUT, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
    await place(env.TOOLS, tools)
    await place(env.OUT, image)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { arch: { type: 'string' }, out: { type: 'string' } },
  })
  const arch = values.arch ? parseArch(values.arch) : hostArch()
  const image = values.out ? resolve(values.out) : await imageFolder(arch)
  const tools = await toolsFolder(arch)
  if (!(await isBuilt(image, tools))) {
    checkCommands()
    await using held = new AsyncDisposableStack()
    held.use(await lockFile(`${image}.lock`))
    if (!(await isBuilt(image, tools))) {
      const started = performance.now()
      await build(arch, image, tools)
      say(`built in ${((performance.now() - started) / 1000).toFixed(0)} s`)
    }
  }
  process.stdout.write(`${image}\n`)
}

main().catch((error: unknown) => {
  say(
    error instanceof BuildError
      ? error.message
      : String(error instanceof Error ? error.stack : error),
  )
  process.exitCode = 1
})
