import { createHash, randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import type { Context } from './context.ts'
import { writeDurably } from './durable-file.ts'
import { findDisk } from './disk/place.ts'
import { VmError } from './errors.ts'
import { diskFormat, type MachineFiles } from './files.ts'
import { type FirstFolders, serveFirstFolders, type VirtiofsProgram } from './first-folders.ts'
import type { GuestImage } from './guest-image.ts'
import { memoryWay, planMemory } from './limits/memory-plan.ts'
import { planProcessors } from './limits/processors.ts'
import type { MachineConfig } from './machine-config.ts'
import type { Accel } from './machine-state.ts'
import { qemuArgs, type Launch } from './qemu/args.ts'
import { clearQmpSocket, forgetQmpSocket } from './qemu/qmp-socket.ts'
import type { Qemu } from './qemu/find.ts'
import { dialQmp, explainEnd, launchQemu, type Launched, type StartFailure } from './qemu/launch.ts'
import { readProcess } from './qemu/process-table.ts'
import { watchProcess, type QemuProcess } from './qemu/qemu-process.ts'
import { makeQmpSecret } from './qemu/qmp-secret.ts'
import type { QmpAddress } from './qemu/qmp.ts'
import { removeRuntime, writeRuntime, type Runtime } from './qemu/runtime.ts'
import { beginSerial, readTail } from './serial.ts'
import { pause } from './waiting.ts'

/** What the first stages of a start found out. */
export interface Prepared {
  image: GuestImage
  qemu: Qemu
  accel: Accel
  virtiofs?: VirtiofsProgram | undefined
}

/** How often a port that was free a moment ago may be gone before it is given up. */
const attempts = 5
/** QEMU listens within a second or two, on a busy computer too. */
const listenMs = 30_000
/** A killed process is gone at once, unless it hangs in the system itself. */
const killMs = 5000

/**
 * Starts QEMU and resolves once its control link is up. Ends what it started when it fails or is aborted.
 * @throws {VmError} 'qemu-failed', 'disk-in-use', 'accel-unusable', 'socket-taken'.
 */
export async function bootQemu(
  context: Context,
  prepared: Prepared,
  signal: AbortSignal,
): Promise<QemuProcess> {
  let sandbox = process.platform === 'linux'
  for (let attempt = 1; ; attempt++) {
    const folders = await serveFirstFolders(context, prepared.virtiofs, signal)
    const started = await tryBoot(context, prepared, { sandbox, folders, signal }).catch(
      async (error: unknown) => {
        await folders.giveUp()
        throw error
      },
    )
    if (!('kind' in started)) {
      await folders.connected()
      return started
    }
    await folders.giveUp()
    context.config.log('qemu-ended-early', { ...started })
    if (started.kind === 'no-sandbox' && sandbox) sandbox = false
    else if (started.kind !== 'port-taken' || attempt >= attempts) {
      throw await toVmError(context, prepared, started)
    }
  }
}

async function tryBoot(
  context: Context,
  prepared: Prepared,
  { sandbox, folders, signal }: { sandbox: boolean; folders: FirstFolders; signal: AbortSignal },
): Promise<QemuProcess | StartFailure> {
  const { config, files } = context
  await handIn(context)
  const launch = {
    ...(await describeLaunch(context, prepared)),
    virtiofs: folders.devices,
    sandbox,
  }
  const args = qemuArgs(launch)
  const address: QmpAddress =
    'path' in launch.qmp ? launch.qmp : { port: launch.qmp.port, secretFile: files.qmpSecret }
  if ('path' in launch.qmp) await clearQmpSocket(launch.qmp.path, launch.disk.path)
  await beginSerial(files.serial, files.previousSerial)
  const runtime = describeRuntime(launch, config, args)
  // Written before the spawn as well, so that an app that is ended between the two leaves no unknown process.
  await writeRuntime(files.runtime, runtime)
  const launched = await launchRecorded(files, signal, () =>
    launchQemu(prepared.qemu.program, args, files.output),
  )
  const facts = await readProcess(launched.pid).catch(() => undefined)
  const startTime = facts?.startTime ?? ''
  const instance = { pid: launched.pid, startTime }
  const giveUp = new AbortController()
  try {
    await writeRuntime(files.runtime, { ...runtime, ...instance })
    const qmp = await Promise.race([
      dialQmp(address, {
        timeoutMs: listenMs,
        signal: AbortSignal.any([signal, giveUp.signal]),
        program: prepared.qemu.program,
      }),
      launched.ended,
    ])
    if (!('execute' in qmp)) {
      await forget(files)
      return await explainEnd(files.output, qmp)
    }
    config.log('qemu-started', { ...instance, sshPort: runtime.sshPort, accel: runtime.accel })
    return watchProcess({ runtime: { ...runtime, ...instance }, instance, qmp, address, launched })
  } catch (error) {
    // One that cannot be ended keeps its runtime file, so that the next start finds it.
    if (await endLaunched(launched)) await forget(files)
    throw error
  } finally {
    giveUp.abort()
  }
}

/** A process that has a record already; without the process, the record goes. */
async function launchRecorded(
  files: MachineFiles,
  signal: AbortSignal,
  launch: () => Promise<Launched>,
): Promise<Launched> {
  try {
    signal.throwIfAborted()
    return await launch()
  } catch (error) {
    await forget(files)
    throw error
  }
}

async function forget(files: MachineFiles): Promise<void> {
  await removeRuntime(files.runtime)
  await forgetQmpSocket(files.qmpSocket)
}

async function endLaunched({ kill, ended }: Launched): Promise<boolean> {
  kill()
  const over = new AbortController()
  const late = pause(killMs, over.signal).catch(() => undefined)
  try {
    return await Promise.race([ended.then(() => true), late.then(() => false)])
  } finally {
    over.abort()
  }
}

/** What else the guest reads when it boots. */
async function handIn({ config, files }: Context): Promise<void> {
  await writeDurably(files.engineConfig, config.engine.config)
  await writeDurably(files.handedIn('limits'), `${config.cpus} ${config.swapMiB}\n`)
  for (const [name, text] of Object.entries(config.handedIn ?? {})) {
    await writeDurably(files.handedIn(name), text)
  }
}

async function describeLaunch(
  { config, files }: Context,
  { image, accel }: Prepared,
): Promise<Omit<Launch, 'sandbox'>> {
  const onWindows = process.platform === 'win32'
  return {
    platform: process.platform,
    arch: image.manifest.arch,
    accel,
    instanceId: randomUUID(),
    cpus: planProcessors(image.manifest.arch, { wanted: config.cpus, host: config.most.cpus }),
    memory: planMemory(config.memoryWay ?? memoryWay(process.platform), {
      wantedMiB: config.memoryMiB,
      maxMiB: config.most.memoryMiB,
    }),
    sshPort: await freePort(),
    image: { ...image, cmdline: image.manifest.cmdline },
    disk: {
      path: await findDisk(files),
      format: diskFormat(process.platform),
      filter: config.diskFilter,
    },
    handedIn: {
      authorized_keys: files.authorizedKeys,
      ssh_host_ed25519_key: files.hostKey,
      'daemon.json': files.engineConfig,
      limits: files.handedIn('limits'),
      ...Object.fromEntries(
        Object.keys(config.handedIn ?? {}).map((name) => [name, files.handedIn(name)]),
      ),
    },
    serial: files.serial,
    qmp: onWindows ? await tlsAddress(files.qmpSecret) : { path: files.qmpSocket },
  }
}

async function tlsAddress(secretFile: string): Promise<{ port: number; secretFolder: string }> {
  await makeQmpSecret(secretFile)
  return { port: await freePort(), secretFolder: dirname(secretFile) }
}

function describeRuntime(
  launch: Launch,
  { cpus, memoryMiB, swapMiB, diskGiB }: MachineConfig,
  args: readonly string[],
): Runtime {
  return {
    version: 1,
    instanceId: launch.instanceId,
    sshPort: launch.sshPort,
    qmpPath: 'path' in launch.qmp ? launch.qmp.path : undefined,
    qmpPort: 'port' in launch.qmp ? launch.qmp.port : undefined,
    accel: launch.accel,
    ...{ cpus, mostCpus: launch.cpus, memoryMiB, memory: launch.memory, swapMiB, diskGiB },
    argsHash: createHash('sha256').update(args.join('\0')).digest('hex'),
  }
}

/** A port of the loopback that is free now; QEMU binds it a moment later. */
export async function freePort(): Promise<number> {
  const server = createServer()
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  server.on('error', reject)
  server.listen({ host: '127.0.0.1', port: 0 }, () => {
    const address = server.address()
    server.close(() => {
      if (address !== null && typeof address === 'object') resolve(address.port)
      else reject(new Error('the system gave no port'))
    })
  })
  return promise
}

async function toVmError(
  { files }: Context,
  { qemu, accel }: Prepared,
  { kind, reason }: StartFailure,
): Promise<VmError> {
  const serial = await readTail(files.serial, 20)
  if (kind === 'disk-in-use')
    return new VmError('disk-in-use', { path: await findDisk(files) }, { serial })
  if (kind === 'accel') return new VmError('accel-unusable', { accel, reason }, { serial })
  return new VmError('qemu-failed', { program: qemu.program, reason }, { serial })
}
