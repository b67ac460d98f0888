import { rm } from 'node:fs/promises'
import type { Context } from './context.ts'
import { VmError } from './errors.ts'
import type { VirtiofsFolder } from './machine-devices.ts'
import { type FolderDevice, folderPorts } from './qemu/args.ts'
import type { Qemu } from './qemu/find.ts'
import { findVirtiofs } from './qemu/virtiofs/find.ts'
import {
  endLeftovers,
  forgetSocket,
  type FolderServer,
  startServer,
} from './qemu/virtiofs/server.ts'

/** The server's program, or why there is none that could be used. */
export type VirtiofsProgram = { program: string } | { error: VmError }

/** Undefined when nobody wants virtiofs. */
export async function prepareVirtiofs(
  { config }: Context,
  qemu: Qemu,
): Promise<VirtiofsProgram | undefined> {
  if (!config.virtiofs) return undefined
  try {
    return { program: await findVirtiofs(qemu, config.socketFolder) }
  } catch (error) {
    if (error instanceof VmError) return { error }
    throw error
  }
}

/** The servers of the folders that one boot begins with. */
export interface FirstFolders {
  /** For QEMU's command line; undefined when this machine is to have none. */
  devices: readonly FolderDevice[] | undefined
  /** QEMU is connected: from here on it alone decides how long they live. */
  connected(): Promise<void>
  giveUp(): Promise<void>
}

/** Starts a server for each folder to begin with, and tells which are there. One that cannot be had keeps no boot. */
export async function serveFirstFolders(
  { config, files }: Context,
  found: VirtiofsProgram | undefined,
  signal: AbortSignal,
): Promise<FirstFolders> {
  const servers: FolderServer[] = []
  const forget = () => Promise.all(servers.map(({ socket }) => forgetSocket(socket)))
  const first = {
    devices: servers,
    connected: async () => {
      await forget()
    },
    giveUp: async () => {
      for (const { kill } of servers) kill()
      await forget()
    },
  }
  if (!config.virtiofs || !found) return { ...first, devices: undefined }
  if ('error' in found) {
    const { code, params, cause } = found.error
    const reason = cause instanceof Error ? cause.message : undefined
    config.log('virtiofs-unusable', { code, ...params, reason })
    config.virtiofs.onReady([], found.error)
    return { ...first, devices: undefined }
  }
  await endLeftovers(files)
  await rm(files.folderOutput, { force: true })
  let trouble: VmError | undefined
  for (const folder of config.virtiofs.folders.slice(0, folderPorts)) {
    try {
      servers.push(await startServer(found.program, folder, files, signal))
    } catch (error) {
      if (!(error instanceof VmError)) {
        await first.giveUp()
        throw error
      }
      config.log(error.code, { ...error.params })
      trouble ??= error
    }
  }
  config.virtiofs.onReady(
    servers.map(({ tag }) => tag),
    trouble,
  )
  return first
}

/** A server for a folder of a machine that runs already. */
export async function serveFolder(
  { config, files }: Context,
  folder: VirtiofsFolder,
): Promise<FolderServer> {
  const program = await findVirtiofs(undefined, config.socketFolder)
  return startServer(program, folder, files, new AbortController().signal)
}
