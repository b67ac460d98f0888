import { mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Folders } from '../../main/folders/folders.ts'
import { createProxy } from '../../main/proxy/proxy.ts'
import { createQemuMachine, type Machine, type MachineConfig } from '../../vm/index.ts'
import { createDockerCli, type DockerCli } from '../support/docker-cli.ts'
import { machineConfig } from '../support/machine.ts'

const full = process.env['BERTH_TEST_FULL'] === '1'
/** It costs two boots. */
const row = test.runIf(full)

// One story on one machine, in order. The first folder lies where the guest has folders of its own.
let aside: string
let plain: string
let fixed: string
let shares: { path: string; readOnly: boolean }[]
let folders: Folders
let config: MachineConfig
let machine: Machine
let docker: DockerCli

beforeAll(async () => {
  if (!full) return
  aside = await realpath(await mkdtemp(join(tmpdir(), 'berth folders é ')))
  plain = await mkdtemp('/srv/berth-folders-')
  fixed = join(plain, 'fixed')
  await mkdir(fixed)
  shares = [
    { path: aside, readOnly: false },
    { path: plain, readOnly: false },
    { path: fixed, readOnly: true },
  ]
  ;({ config } = await machineConfig({}, join(aside, 'berth')))
  open()
  await machine.start()
  docker = await createDockerCli(config.engine.hostSocket)
  expect(await docker(['build', '-t', 'busybox', docker.buildContext])).toMatchObject({ code: 0 })
})

afterAll(async () => {
  if (!full) return
  await machine.stop({ graceMs: 20_000 })
  await machine[Symbol.asyncDispose]()
  await folders[Symbol.asyncDispose]()
  await docker[Symbol.asyncDispose]()
  for (const folder of [aside, plain]) await rm(folder, { recursive: true, force: true })
})

/** A new app on the same home. */
function open(): void {
  const log = { file: '', write: () => undefined, failure: () => undefined }
  const settings = { current: { shares } as never, watch: noChange }
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
    handedIn: { folders: folders.list },
    guestSockets: [folders.guestSocket],
  })
  folders.follow(machine)
}

async function* noChange(): AsyncGenerator<never> {
  // The settings stay as they are.
}

function bind(hostPath: string, path: string): string[] {
  return ['-v', `${hostPath}:${path}`]
}

async function inBusybox(script: string, ...options: string[]): Promise<string> {
  const { code, stdout, stderr } = await docker([
    ...['run', '--rm', ...bind(plain, '/p'), ...bind(aside, '/a'), ...options],
    ...['busybox', 'sh', '-c', script],
  ])
  if (code !== 0) throw new Error(stdout + stderr)
  return stdout.trim()
}

row('a container and the host see what the other writes, at the same path and aside', async () => {
  for (const folder of [plain, aside]) await writeFile(join(folder, 'host'), 'from the host')
  const script = 'cat /p/host /a/host; echo from inside | tee /p/inside >/a/inside; sync'
  expect(await inBusybox(script)).toBe('from the hostfrom the host')
  for (const folder of [plain, aside])
    expect(await readFile(join(folder, 'inside'), 'utf8')).toBe('from inside\n')
  expect(folders.toGuest(plain)).toMatchObject({ path: plain })
})

row('a folder keeps its name in what is told, and one that is not shared is refused', async () => {
  const made = await docker(['create', ...bind(aside, '/a'), '--name', 'named', 'busybox', 'true'])
  expect(made.stderr).toBe('')
  const told = await docker(['inspect', '-f', '{{json .HostConfig.Binds}}', 'named'])
  expect(JSON.parse(told.stdout)).toEqual([`${aside}:/a`])
  await docker(['rm', 'named'])
  const refused = await docker(['run', '--rm', ...bind('/opt', '/o'), 'busybox', 'true'])
  expect(refused.stderr).toContain('/opt is not shared')
})

row(
  'any user in a container writes, renames, syncs and gives away; on the host all is ours',
  async () => {
    const script = `mkdir /p/d && cd /p/d && echo one >a && mv a b && ln -s b l && ln b h && chmod 640 b &&
    sync && dd if=/dev/zero of=z bs=1k count=3 conv=fsync 2>/dev/null && stat -c '%a %s' b z && rm h`
    expect(await inBusybox(script, '-u', '1234:99')).toBe('640 4\n644 3072')
    const given = await inBusybox(
      `chown 999:998 /p/d/b && chmod 4755 /p/d/b && stat -c '%u:%g %a' /p/d/b`,
    )
    expect(given).toBe('999:998 4755')
    const found = await stat(join(plain, 'd/b'))
    expect([found.uid, found.mode & 0o7777]).toEqual([process.getuid?.(), 0o755])
  },
)

row(
  'what is shared for reading only stays as it is, and Berth’s own folder is closed',
  async () => {
    await writeFile(join(fixed, 'file'), 'as it was')
    const script =
      'cat /p/fixed/file; echo no >/p/fixed/file; rm -f /p/fixed/file; ls /a/berth; echo; echo end'
    expect(await inBusybox(`(${script}) 2>/dev/null`)).toBe('as it was\nend')
    expect(await readFile(join(fixed, 'file'), 'utf8')).toBe('as it was')
  },
)

row('no container reaches the server', async () => {
  const socket = await machine.exec(['stat', '-c', '%a %u', '/run/berth/folders.sock'])
  expect(String(socket.stdout)).toBe('600 0\n')
  const inside = await docker([
    ...['run', '--rm', '--network', 'host', '-u', '0', 'busybox', 'sh', '-c'],
    'ls /run/berth /run/berth/folders.sock 2>&1; cat /proc/net/unix | grep -c folders.sock',
  ])
  expect(inside.stdout).toContain('No such file')
})

row('a change on the host is seen within a second or so', async () => {
  await writeFile(join(plain, 'edited'), 'before')
  const script = 'cat /p/edited; echo; until grep -q after /p/edited; do sleep 0.1; done; date +%s'
  const running = docker.follow([
    ...['run', '--rm', ...bind(plain, '/p'), 'busybox', 'sh', '-c', script],
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

row('a container goes on when the app is killed and comes back', async () => {
  const script =
    'i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo $i >>/p/loop || exit 1; usleep 100000; done'
  const started = await docker(['run', '-d', ...bind(plain, '/p'), 'busybox', 'sh', '-c', script])
  const id = started.stdout.trim()
  while (!(await readFile(join(plain, 'loop'), 'utf8').catch(() => '')).includes('\n5\n'))
    await pause(100)
  await machine[Symbol.asyncDispose]()
  await folders[Symbol.asyncDispose]()
  await pause(2000)
  open()
  expect(await machine.adopt()).toBe(true)
  expect((await docker(['wait', id])).stdout.trim()).toBe('0')
  const lines = (await readFile(join(plain, 'loop'), 'utf8')).trim().split('\n')
  expect(lines).toEqual(Array.from({ length: 60 }, (_, index) => String(index + 1)))
  await docker(['rm', id])
})

row('a container that starts with the machine finds its folder', { timeout: 500_000 }, async () => {
  const script = 'cat /p/host >>/p/boots && echo >>/p/boots; exec sleep 100000'
  await docker([
    ...['run', '-d', '--name', 'again', '--restart', 'always', ...bind(plain, '/p')],
    ...['busybox', 'sh', '-c', script],
  ])
  const boots = () => readFile(join(plain, 'boots'), 'utf8').catch(() => '')
  while (!(await boots()).endsWith('\n')) await pause(100)
  await machine.stop()
  await machine.start()
  const until = Date.now() + 60_000
  while ((await boots()).split('\n').length < 3 && Date.now() < until) await pause(200)
  expect(await boots()).toBe('from the host\nfrom the host\n')
})
