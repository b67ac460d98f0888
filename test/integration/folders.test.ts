import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createQemuMachine, type Machine, type MachineConfig } from '../../vm/index.ts'
import { createDockerCli, type DockerCli } from '../support/docker-cli.ts'
import { createFolderLab, type FolderLab } from '../support/folder-lab.ts'
import { machineConfig } from '../support/machine.ts'
import { followLines, type Lines } from '../support/told-lines.ts'
import { makeViteContext } from '../support/vite-image.ts'
import { makeWatchdogContext } from '../support/watchdog-image.ts'

const full = process.env['BERTH_TEST_FULL'] === '1'
/** It costs two boots; what costs none is in rows/folders.ts. */
const row = test.runIf(full)

// One story on one machine, in order.
let lab: FolderLab
let base: MachineConfig
let machine: Machine
let docker: DockerCli

beforeAll(async () => {
  if (!full) return
  lab = await createFolderLab()
  ;({ config: base } = await machineConfig({}, lab.own))
  open()
  await machine.start()
  docker = await createDockerCli(base.engine.hostSocket)
  expect(await docker(['build', '-t', 'busybox', docker.buildContext])).toMatchObject({ code: 0 })
})

afterAll(async () => {
  if (!full) return
  await machine.stop({ graceMs: 20_000 })
  await machine[Symbol.asyncDispose]()
  await docker[Symbol.asyncDispose]()
  await lab[Symbol.asyncDispose]()
})

function open(): void {
  machine = createQemuMachine(lab.configure(base))
  lab.follow(machine)
}

function bind(hostPath: string, path: string): string[] {
  return ['-v', `${hostPath}:${path}`]
}

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
  const { plain } = lab
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

/**
 * Edits a file ten times and waits each time until the container's program has said so.
 * @throws when one of them took a second: 200 ms are asked for, but it is emulated, and the computer is busy
 */
async function editTenTimes(file: string, said: Lines, line: string): Promise<void> {
  const took: number[] = []
  for (let turn = 0; turn < 10; turn++) {
    said.skip()
    const begun = performance.now()
    await writeFile(file, `x = ${turn}`)
    await said.until(line)
    took.push(performance.now() - begun)
    // A watcher puts changes within a tenth of a second together, or says one of them twice.
    await pause(200)
  }
  expect(Math.max(...took), took.map(Math.round).join(' ')).toBeLessThan(1000)
}

row('Vite in a container sees what is changed on the host', { timeout: 600_000 }, async () => {
  const { plain, aside } = lab
  await makeViteContext(join(aside, 'vite'))
  const built = await docker(['build', '-q', '-t', 'vite', join(aside, 'vite')])
  expect(built.code, built.stderr).toBe(0)
  const project = join(plain, 'project')
  await mkdir(join(project, 'src'), { recursive: true })
  await writeFile(join(project, 'src/main.js'), 'let x = 0')
  const running = docker.follow([
    ...['run', '--rm', '--name', 'vite', ...bind(project, '/p')],
    ...['vite', '/node', '/vite.mjs', '/p'],
  ])
  const said = followLines(running.lines)
  // A minute and more to load, under emulation.
  await said.until('watching', 180_000)
  await editTenTimes(join(project, 'src/main.js'), said, 'change /p/src/main.js')
  await mkdir(join(project, 'src/made'))
  await said.until('addDir /p/src/made')
  await writeFile(join(project, 'src/made/new.js'), '')
  await said.until('add /p/src/made/new.js')
  // Vite may say either before the other.
  const soFar = said.all.length
  await rename(join(project, 'src/made/new.js'), join(project, 'src/made/old.js'))
  await vi.waitFor(
    () =>
      expect(said.all.slice(soFar)).toEqual(
        expect.arrayContaining(['unlink /p/src/made/new.js', 'add /p/src/made/old.js']),
      ),
    { timeout: 20_000 },
  )
  await rm(join(project, 'src/made'), { recursive: true })
  await said.until('unlinkDir /p/src/made')
  await docker(['rm', '-f', 'vite'])
})

row(
  'Python’s watchdog sees it, too, by a volume that stands for a folder',
  { timeout: 600_000 },
  async () => {
    const { plain, aside } = lab
    await makeWatchdogContext(join(aside, 'watchdog'))
    const built = await docker(['build', '-q', '-t', 'watchdog', join(aside, 'watchdog')])
    expect(built.code, built.stderr).toBe(0)
    const project = join(plain, 'python')
    await mkdir(join(project, 'app'), { recursive: true })
    const file = join(project, 'app/main.py')
    await writeFile(file, 'x = -1')
    const bound = ['-o', 'type=none', '-o', 'o=bind', '-o', `device=${project}`]
    expect(await docker(['volume', 'create', ...bound, 'code'])).toMatchObject({ code: 0 })
    const running = docker.follow([
      ...['run', '--rm', '--name', 'watchdog', '-v', 'code:/p', 'watchdog'],
    ])
    const said = followLines(running.lines)
    await said.until('watching', 180_000)
    await editTenTimes(file, said, 'modified /p/app/main.py')
    await writeFile(join(project, 'app/new.py'), '')
    // A replay can say that a path changed; that it was made or removed only the guest's own kernel could.
    await said.until('modified /p/app/new.py')
    said.skip()
    await rm(join(project, 'app/new.py'))
    await said.until('modified /p/app')
    await docker(['rm', '-f', 'watchdog'])
  },
)

/** Swaps a folder for a link to the outside and back as fast as it can. */
const swapper = `
  const { workerData: { shared, outside, stop } } = require('node:worker_threads')
  const { renameSync, symlinkSync, unlinkSync } = require('node:fs')
  while (Atomics.load(stop, 0) === 0) {
    renameSync(shared + '/d', shared + '/kept')
    symlinkSync(outside, shared + '/d')
    unlinkSync(shared + '/d')
    renameSync(shared + '/kept', shared + '/d')
    Atomics.add(stop, 1, 1)
  }
`

row('nothing outside is reached while folders are swapped for links, for a minute', async () => {
  const { plain } = lab
  const [shared, outside] = [join(plain, 'race'), `${plain}-outside`]
  for (const folder of [shared, join(shared, 'd'), outside]) await mkdir(folder)
  await writeFile(join(shared, 'd/file'), 'inside')
  await writeFile(join(outside, 'file'), 'secret')
  const stop = new Int32Array(new SharedArrayBuffer(8))
  const worker = new Worker(swapper, { eval: true, workerData: { shared, outside, stop } })
  const ended = new Promise((resolve) => worker.on('exit', resolve))
  const script = `end=$(($(date +%s) + 60)); n=0
    while [ $(date +%s) -lt $end ]; do
      cat /p/race/d/file; echo evil >/p/race/d/made; echo evil >>/p/race/d/file
      mv /p/race/d/made /p/race/d/moved; ls /p/race/d; n=$((n+1))
    done 2>/dev/null; echo; echo turns $n`
  const { stdout } = await docker([
    ...['run', '--rm', ...bind(plain, '/p'), 'busybox', 'sh', '-c', script],
  ])
  Atomics.store(stop, 0, 1)
  await ended
  expect(stdout).toContain('inside')
  expect(stdout).not.toContain('secret')
  expect(Number(/turns (\d+)/.exec(stdout)?.[1])).toBeGreaterThan(10)
  expect(Atomics.load(stop, 1)).toBeGreaterThan(1000)
  expect(await readFile(join(outside, 'file'), 'utf8')).toBe('secret')
  expect(await readdir(outside)).toEqual(['file'])
  await rm(outside, { recursive: true })
})

row('a container goes on when the app is killed and comes back', async () => {
  const { plain } = lab
  const script =
    'i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo $i >>/p/loop || exit 1; usleep 100000; done'
  const started = await docker(['run', '-d', ...bind(plain, '/p'), 'busybox', 'sh', '-c', script])
  const id = started.stdout.trim()
  while (!(await readFile(join(plain, 'loop'), 'utf8').catch(() => '')).includes('\n5\n'))
    await pause(100)
  await machine[Symbol.asyncDispose]()
  await lab.reopen()
  await pause(2000)
  open()
  expect(await machine.adopt()).toBe(true)
  expect((await docker(['wait', id])).stdout.trim()).toBe('0')
  const lines = (await readFile(join(plain, 'loop'), 'utf8')).trim().split('\n')
  expect(lines).toEqual(Array.from({ length: 60 }, (_, index) => String(index + 1)))
  await docker(['rm', id])
})

row('a container that starts with the machine finds its folder', { timeout: 500_000 }, async () => {
  const { plain } = lab
  await writeFile(join(plain, 'host'), 'from the host')
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
