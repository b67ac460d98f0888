import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '../../vm/boot.ts'
import { diskFormat } from '../../vm/files.ts'
import type { MachineConfig } from '../../vm/index.ts'
import type { Manifest } from '../../vm/image/manifest.ts'
import { qemuArgs, type Launch } from '../../vm/qemu/args.ts'
import { findQemu } from '../../vm/qemu/find.ts'
import { launchQemu, type Launched, type ProcessEnd } from '../../vm/qemu/launch.ts'
import { beginSerial, readTail } from '../../vm/serial.ts'
import { connectSsh, type SshConnection } from '../../vm/ssh/connection.ts'
import { execOverSsh } from '../../vm/ssh/exec.ts'
import { createForward } from '../../vm/ssh/forward.ts'
import { retry, withDeadline } from '../../vm/waiting.ts'
import { cpuTime } from './cpu-time.ts'
import { ping } from './ping.ts'
import type { StockDebian } from './stock-debian.ts'

const run = promisify(execFile)

const bootMs = 600_000
const stopMs = 120_000
const bannerMs = 2000

/** From the spawn of QEMU to the engine's first answer, in ms: on the clock, and of processor time. */
export interface BootTimes {
  ms: number
  cpuMs: number
}

/** The same virtual machine as Berth's, with another system in it. */
export interface StockMachine {
  /** Boots, and powers off in order again. */
  boot(): Promise<BootTimes>
  /** The time in ms from the spawn to the end of QEMU when the kernel's first process powers off at once. */
  bootKernelOnly(): Promise<number>
}

/** Copies the stock disk to `folder`. All that `config` says of the machine applies to this one as well. */
export async function createStockMachine(
  stock: StockDebian,
  { config, manifest, folder }: { config: MachineConfig; manifest: Manifest; folder: string },
): Promise<StockMachine> {
  const qemu = await findQemu(manifest.arch)
  const disk = join(folder, 'disk')
  await mkdir(folder, { recursive: true })
  await run('cp', ['--sparse=always', stock.disk, disk])
  const files = { serial: join(folder, 'serial.log'), output: join(folder, 'qemu.log') }
  const previous = join(folder, 'serial.previous.log')
  const image = (name: string) => join(config.imageFolder, name)
  const describe = async (initrd: string, cmdline: string): Promise<Launch> => ({
    ...{ platform: process.platform, arch: manifest.arch, accel: 'tcg', sandbox: true },
    ...{ instanceId: randomUUID(), sshPort: await freePort(), handedIn: {}, serial: files.serial },
    ...{
      cpus: config.cpus,
      memory: { way: 'balloon', bootMiB: config.memoryMiB, pluggableMiB: 0 },
    },
    image: { kernel: image('kernel'), initrd, rootfs: image('rootfs'), cmdline },
    disk: { path: disk, format: diskFormat('linux') },
    qmp: { path: join(config.socketFolder, 'stock-qmp.sock') },
  })
  const measure = async <T>(launch: Launch, work: (parts: Parts) => Promise<T>) => {
    await beginSerial(files.serial, previous)
    const began = performance.now()
    const launched = await launchQemu(qemu.program, qemuArgs(launch), files.output)
    try {
      return await work({ launched, port: launch.sshPort, began })
    } catch (cause) {
      const said = (await readTail(files.serial, 20)).join('\n')
      throw new Error(`the stock guest failed; its console's last lines:\n${said}`, { cause })
    } finally {
      launched.kill()
      await untilEnded(launched)
    }
  }
  const hostSocket = join(config.socketFolder, 'stock.sock')
  return {
    async boot() {
      const launch = await describe(stock.initrd, manifest.cmdline)
      return measure(launch, (parts) => bootOnce(stock, parts, hostSocket))
    },
    async bootKernelOnly() {
      const off = `${manifest.cmdline} rdinit=/bin/busybox -- poweroff -f`
      const launch = await describe(image('initrd'), off)
      return measure(launch, (parts) => awaitPowerOff(parts, files.serial))
    },
  }
}

interface Parts {
  launched: Launched
  port: number
  /** By `performance.now()`. */
  began: number
}

async function bootOnce(
  { privateKey, hostKey }: StockDebian,
  { launched, port, began }: Parts,
  hostSocket: string,
): Promise<BootTimes> {
  const late = () => new Error(`no answer from the engine after ${bootMs} ms`)
  const gone = launched.ended.then(() => Promise.reject(new Error('QEMU ended')))
  gone.catch(() => undefined)
  const dial = async (signal: AbortSignal) => {
    await awaitBanner(port)
    return connectSsh({ port, privateKey, hostKey }, { timeoutMs: 60_000, signal })
  }
  return withDeadline(bootMs, undefined, late, async (signal) => {
    const dialling = retry(dial, { everyMs: 200, signal })
    await using open = new AsyncDisposableStack()
    const connection = open.use(await Promise.race([dialling, gone]))
    open.use(
      await createForward({
        hostSocket,
        open: () => connection.openSocket('/run/docker.sock'),
        onRefused: () => undefined,
      }),
    )
    // systemd listens for the engine from early on: a question asked then is answered once the engine is there.
    await Promise.race([retry(() => ping(hostSocket, bootMs), { everyMs: 200, signal }), gone])
    const times = { ms: performance.now() - began, cpuMs: await cpuTime(launched.pid) }
    await powerOff(connection, launched)
    return times
  })
}

/** The port accepts long before sshd does; only its greeting shows that a login is worth a try. */
async function awaitBanner(port: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port })
  try {
    const [greeting]: unknown[] = await once(socket, 'data', {
      signal: AbortSignal.timeout(bannerMs),
    })
    if (!String(greeting).startsWith('SSH-')) throw new Error('no ssh server answers')
  } finally {
    socket.destroy()
  }
}

async function powerOff(connection: SshConnection, launched: Launched): Promise<void> {
  // The link may end before the answer does.
  await execOverSsh(connection, ['systemctl', 'poweroff']).catch(() => undefined)
  await untilEnded(launched)
}

/** The deadline also keeps this process alive: QEMU's own handle is let go of, so that it may outlive its starter. */
function untilEnded({ ended }: Launched): Promise<ProcessEnd> {
  const late = () => new Error(`the guest did not power off in ${stopMs} ms`)
  return withDeadline(stopMs, undefined, late, () => ended)
}

/** A kernel that panics ends QEMU as well, and no differently: only its last words tell. */
async function awaitPowerOff({ launched, began }: Parts, serial: string): Promise<number> {
  await untilEnded(launched)
  const took = performance.now() - began
  const said = await readTail(serial, 5)
  if (!said.some((line) => line.includes('reboot: Power down')))
    throw new Error('it did not power off')
  return took
}
