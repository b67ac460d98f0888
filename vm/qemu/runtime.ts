import { rm } from 'node:fs/promises'
import { z } from 'zod'
import { readJson, writeDurably } from '../durable-file.ts'
import { findProcess, readProcess } from './process-table.ts'

const schema = z.object({
  version: z.literal(1),
  /** Also QEMU's -uuid: stands in its command line and is answered by QMP. */
  instanceId: z.uuid(),
  /** Missing when the app was ended between the two writes around the spawn. */
  pid: z.int().positive().optional(),
  startTime: z.string().optional(),
  sshPort: z.int().min(1).max(65535),
  /** Where QMP listens, also for an app that has its sockets in another folder by now. */
  qmpPath: z.string().optional(),
  qmpPort: z.int().min(1).max(65535).optional(),
  accel: z.enum(['kvm', 'hvf', 'whpx', 'tcg']),
  /** What it was started with; what it has now is asked of itself. */
  cpus: z.int().positive(),
  mostCpus: z.int().positive(),
  memoryMiB: z.int().positive(),
  memory: z.object({
    way: z.enum(['virtio-mem', 'balloon']),
    bootMiB: z.int().positive(),
    pluggableMiB: z.int().nonnegative(),
  }),
  swapMiB: z.int().nonnegative(),
  diskGiB: z.number().positive(),
  argsHash: z.string(),
})

/** What was started last on a folder. Only a hint: `findInstance` says whether that process lives. */
export type Runtime = z.infer<typeof schema>

export function readRuntime(path: string): Promise<Runtime | undefined> {
  return readJson(path, schema)
}

export function writeRuntime(path: string, runtime: Runtime): Promise<void> {
  return writeDurably(path, JSON.stringify(runtime, null, 2))
}

export function removeRuntime(path: string): Promise<void> {
  return rm(path, { force: true })
}

export interface Instance {
  pid: number
  startTime: string
}

/**
 * The living process of this runtime. A pid alone is never believed: the process has to carry the instance's id in
 * its command line, and the start time when one was recorded.
 */
export async function findInstance(runtime: Runtime): Promise<Instance | undefined> {
  const pid = runtime.pid ?? (await findProcess(runtime.instanceId))
  if (pid === undefined) return undefined
  const facts = await readProcess(pid)
  if (!facts?.command.includes(runtime.instanceId)) return undefined
  // Empty when it could not be read right after the spawn.
  if (runtime.startTime && runtime.startTime !== facts.startTime) return undefined
  return { pid, startTime: facts.startTime }
}

/** Sends the signal only if the pid is still this very instance. Resolves with whether it was sent. */
export async function signalInstance(
  instance: Instance,
  instanceId: string,
  signal: NodeJS.Signals,
): Promise<boolean> {
  const facts = await readProcess(instance.pid)
  if (facts?.startTime !== instance.startTime || !facts.command.includes(instanceId)) return false
  try {
    return process.kill(instance.pid, signal)
  } catch {
    return false
  }
}
