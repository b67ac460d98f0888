import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Folders } from '../../main/folders/folders.ts'
import { createProxy } from '../../main/proxy/proxy.ts'
import { SettingsStore } from '../../main/settings/store.ts'
import { createQemuMachine, type Machine, type MachineConfig } from '../../vm/index.ts'
import { findProcesses } from '../../vm/qemu/process-table.ts'
import { machineFiles } from '../../vm/files.ts'
import { createDockerCli, type DockerCli } from '../support/docker-cli.ts'
import { forkyQemu } from '../support/forky-qemu.ts'
import { machineConfig } from '../support/machine.ts'

/** It costs two boots, and a QEMU of its own. */
const full = process.env['BERTH_TEST_FULL'] === '1'
const row = test.runIf(full)

// One story on one machine, in order. The first folder lies where the guest has folders of its own.
let aside: string
let plain: string
let fixed: string
let mixed: string
let settings: SettingsStore
let folders: Folders
let config: MachineConfig
let machine: Machine
let docker: DockerCli

beforeAll(async () => {
  if (!full) return
  vi.stubEnv('BERTH_QEMU', await forkyQemu())
  aside = await realpath(await mkdtemp(join(tmpdir(), 'berth folders é ')))
  plain = await mkdtemp('/srv/berth-folders-')
  fixed = await mkdtemp('/srv/berth-fixed-')
  mixed = await mkdtemp('/srv/berth-mixed-')
  await mkdir(join(mixed, 'fixed'))
  ;({ config } = await machineConfig({}, join(aside, 'berth')))
  settings = await SettingsStore.open(join(aside, 'berth', 'settings.json'))
  const shares = [
    { path: aside, readOnly: false },
    { path: plain, readOnly: false },
    { path: fixed, readOnly: true },
    { path: mixed, readOnly: false },
    { path: join(mixed, 'fixed'), readOnly: true },
  ]
  await settings.set({ shares, folderTransport: 'virtiofs' })
  open()
  try {
    await machine.start()
  } catch (error) {
    process.stderr.write(`${(await machine.serialTail(40)).join('\n')}\n`)
    throw error
  }
  docker = await createDockerCli(config.engine.hostSocket)
  expect(await docker(['build', '-t', 'busybox', docker.buildContext])).toMatchObject({ code: 0 })
})

afterAll(async () => {
  if (!full) return
  await machine.stop({ graceMs: 20_000 })
  await machine[Symbol.asyncDispose]()
  await folders[Symbol.asyncDispose]()
  await docker[Symbol.asyncDispose]()
  for (const folder of [aside, plain, fixed, mixed])
    await rm(folder, { recursive: true, force: true })
})

/** A new app on the same home. */
function open(): void {
  const log = { file: '', write: () => undefined, failure: () => undefined }
  const privateFolder = join(aside, 'berth')
  folders = new Folders({ ownersFile: join(privateFolder, 'owners'), privateFolder, log, settings })
  const { hostSocket } = config.engine
  const present = createProxy({
    ...{ hostSocket, folders: () => folders, log },
    notShared: (path) => `${path} is not shared`,
    portTaken: String,
  })
  machine = createQemuMachine({
    ...config,
    engine: { ...config.engine, present },
    get handedIn() {
      return { folders: folders.list }
    },
    get virtiofs() {
      return folders.virtiofs
    },
    guestSockets: [folders.guestSocket],
  })
  folders.follow(machine)
}

async function inBusybox(script: string, ...options: string[]): Promise<string> {
  const mounts = [plain, aside, fixed, mixed].flatMap((folder, index) => [
    '-v',
    `${folder}:/${'pafm'[index] ?? ''}`,
  ])
  const { code, stdout, stderr } = await docker([
    ...['run', '--rm', ...mounts, ...options, 'busybox', 'sh', '-c', script],
  ])
  if (code !== 0) throw new Error(stdout + stderr)
  return stdout.trim()
}

const typesOfMounts = async () => {
  const { stdout } = await machine.exec(['cat', '/proc/mounts'])
  const lines = String(stdout).split('\n')
  return (path: string) =>
    lines.find((line) => line.split(' ')[1] === path.replaceAll(' ', '\\040'))?.split(' ')[2]
}

function findServers(): Promise<number[]> {
  const { folder, socketFolder } = config
  // As they were told it; QEMU has the whole path.
  return findProcesses(`./${basename(machineFiles(folder, socketFolder).folderSocket(''))}`)
}

row('folders are devices, but for one that has another in it with other rights', async () => {
  const typeOf = await typesOfMounts()
  const asideInGuest = folders.toGuest(aside)
  expect('path' in asideInGuest && typeOf(asideInGuest.path)).toBe('virtiofs')
  expect(typeOf(plain)).toBe('virtiofs')
  expect(typeOf(fixed)).toBe('virtiofs')
  expect(typeOf(mixed)).toBe('fuse.sshfs')
  expect(folders.note).toBeUndefined()
})

row('a container and the host see what the other writes, at the same path and aside', async () => {
  const both = [plain, aside, mixed]
  for (const folder of both) await writeFile(join(folder, 'host'), 'from the host ')
  const script = `cat /p/host /a/host /m/host; echo from inside | tee /p/inside /a/inside >/m/inside; sync`
  expect(await inBusybox(script)).toBe('from the host '.repeat(3).trim())
  for (const folder of both)
    expect(await readFile(join(folder, 'inside'), 'utf8')).toBe('from inside\n')
})

row('root in a container writes, renames and syncs; all of it is ours, also inside', async () => {
  const script = `mkdir /p/d && cd /p/d && echo one >a && mv a b && ln -s b l && ln b h && chmod 640 b &&
    dd if=/dev/zero of=z bs=1k count=3 conv=fsync 2>/dev/null && rm h &&
    chown 999:998 b && stat -c '%u:%g %a %s' b z`
  const [uid, gid] = [process.getuid?.() ?? -1, process.getgid?.() ?? -1]
  expect(await inBusybox(script)).toBe(`${uid}:${gid} 640 4\n${uid}:${gid} 644 3072`)
  const found = await stat(join(plain, 'd/b'))
  expect([found.uid, found.gid, found.mode & 0o7777]).toEqual([uid, gid, 0o640])
})

row('another user in a container writes where all may, and nowhere else', async () => {
  await chmod(plain, 0o755)
  await mkdir(join(plain, 'open'), { mode: 0o777 })
  const script =
    'umask 0; (echo no >/p/no) 2>/dev/null; echo yes >/p/open/yes; ls /p/no 2>&1 | wc -l'
  await rm(join(plain, 'no'), { force: true })
  await inBusybox('chmod 777 /p/open')
  expect(await inBusybox(script, '-u', '1234:99')).toBe('1')
  await expect(stat(join(plain, 'no'))).rejects.toThrow()
  expect((await stat(join(plain, 'open/yes'))).uid).toBe(process.getuid?.())
})

row('what is shared for reading only stays as it is, and Berth’s own folder is empty', async () => {
  for (const file of [join(fixed, 'file'), join(mixed, 'fixed', 'file')])
    await writeFile(file, 'as it was')
  const write = (file: string) => `(echo no >${file}; rm -f ${file}; chmod 777 ${file}) 2>/dev/null`
  const script = `cat /f/file; ${write('/f/file')}; ${write('/m/fixed/file')}; ls -A /a/berth; touch /a/berth/x 2>/dev/null; echo; echo end`
  expect(await inBusybox(script, '--privileged')).toBe('as it was\nend')
  for (const file of [join(fixed, 'file'), join(mixed, 'fixed', 'file')])
    expect(await readFile(file, 'utf8')).toBe('as it was')
})

row('a change on the host is seen within a second or so', async () => {
  await writeFile(join(plain, 'edited'), 'before')
  const script = 'cat /p/edited; echo; until grep -q after /p/edited; do sleep 0.1; done; date +%s'
  const running = docker.follow([
    ...['run', '--rm', '-v', `${plain}:/p`, 'busybox', 'sh', '-c', script],
  ])
  let editedAt = 0
  for await (const line of running.lines) {
    if (line === 'before') {
      await writeFile(join(plain, 'edited'), 'after!')
      editedAt = Date.now()
    } else if (editedAt > 0 && line !== '') break
  }
  expect(Date.now() - editedAt).toBeLessThan(5000)
})

row(
  'nothing outside is reached while folders are swapped for links',
  { timeout: 150_000 },
  async () => {
    const outside = await mkdtemp('/srv/berth-outside-')
    const swapped = join(plain, 'swapped')
    try {
      await writeFile(join(outside, 'file'), 'outside')
      await mkdir(swapped)
      await writeFile(join(swapped, 'file'), 'inside')
      await symlink(outside, join(plain, 'link'))
      const script = `end=$(($(date +%s) + 60)); while [ $(date +%s) -lt $end ]; do
      cat /p/swapped/file /p/link/file /p/swapped/../../file; echo written >>/p/swapped/new; done 2>/dev/null | sort -u`
      const reading = inBusybox(script)
      const over = reading.then(
        () => true,
        () => true,
      )
      let swaps = 0
      while (!(await Promise.race([over, pause(0).then(() => false)]))) {
        await rename(swapped, join(plain, 'aside'))
        await rename(join(plain, 'link'), swapped)
        await rename(swapped, join(plain, 'link'))
        await rename(join(plain, 'aside'), swapped)
        swaps++
      }
      expect(swaps).toBeGreaterThan(1000)
      expect(await reading).not.toContain('outside')
      await expect(stat(join(outside, 'new'))).rejects.toThrow()
    } finally {
      await rm(outside, { recursive: true, force: true })
    }
  },
)

row('a folder comes and goes while the machine runs', async () => {
  const late = await mkdtemp('/srv/berth-late-')
  try {
    const { shares } = settings.current
    await writeFile(join(late, 'file'), 'late')
    await settings.set({ shares: [...shares, { path: late, readOnly: false }] })
    await vi.waitFor(async () => expect((await typesOfMounts())(late)).toBe('virtiofs'), 30_000)
    const read = ['run', '--rm', '-v', `${late}:/l`, 'busybox', 'cat', '/l/file']
    expect((await docker(read)).stdout).toBe('late')
    await settings.set({ shares })
    await vi.waitFor(async () => {
      expect((await typesOfMounts())(late)).toBeUndefined()
      expect(await machine.virtiofs.list()).toHaveLength(3)
    }, 60_000)
  } finally {
    await rm(late, { recursive: true, force: true })
  }
})

row('a container goes on with its open file while the app is away', async () => {
  const script =
    'exec >/p/loop || exit 1; i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo $i || exit 1; usleep 100000; done'
  const started = await docker([
    ...['run', '-d', '-v', `${plain}:/p`, 'busybox', 'sh', '-c', script],
  ])
  const id = started.stdout.trim()
  const written = () => readFile(join(plain, 'loop'), 'utf8').catch(() => '')
  while (!(await written()).includes('\n5\n')) await pause(100)
  await machine[Symbol.asyncDispose]()
  await folders[Symbol.asyncDispose]()
  const before = (await written()).length
  await pause(2000)
  expect((await written()).length).toBeGreaterThan(before)
  open()
  expect(await machine.adopt()).toBe(true)
  expect((await docker(['wait', id])).stdout.trim()).toBe('0')
  const lines = (await written()).trim().split('\n')
  expect(lines).toEqual(Array.from({ length: 60 }, (_, index) => String(index + 1)))
  expect((await typesOfMounts())(plain)).toBe('virtiofs')
  await docker(['rm', id])
})

row('a container that starts with the machine finds its folder', { timeout: 500_000 }, async () => {
  const script = 'cat /p/host >>/p/boots && echo >>/p/boots; exec sleep 100000'
  await docker([
    ...['run', '-d', '--name', 'again', '--restart', 'always', '-v', `${plain}:/p`],
    ...['busybox', 'sh', '-c', script],
  ])
  const boots = () => readFile(join(plain, 'boots'), 'utf8').catch(() => '')
  while (!(await boots()).endsWith('\n')) await pause(100)
  await machine.stop()
  await vi.waitFor(async () => {
    expect(await findServers()).toEqual([])
  }, 5000)
  await machine.start()
  const until = Date.now() + 60_000
  while ((await boots()).split('\n').length < 3 && Date.now() < until) await pause(200)
  expect(await boots()).toBe('from the host \nfrom the host \n')
})

row('a server that has died is told', async () => {
  const pids = await findServers()
  expect(pids).toHaveLength(3)
  process.kill(pids[0] ?? 0, 'SIGKILL')
  await vi.waitFor(() => {
    expect(folders.error?.code).toBe('virtiofs-ended')
  }, 40_000)
})
