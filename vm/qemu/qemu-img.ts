import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { VmError } from '../errors.ts'
import { findProgram, installCommand } from './find.ts'

const run = promisify(execFile)

/** A check reads all of a disk's tables, on a slow disk for minutes. */
const imageMs = 600_000

/** @throws {VmError} 'qemu-missing' */
export async function findQemuImg(): Promise<string> {
  const program = await findProgram('qemu-img')
  if (program !== undefined) return program
  throw new VmError('qemu-missing', {
    program: 'qemu-img',
    command: installCommand(process.platform),
  })
}

/** Runs `qemu-img` to its end. */
export async function qemuImg(args: string[]) {
  return run(await findQemuImg(), args, { windowsHide: true, timeout: imageMs })
}

/** What a program said last, out of the error of its end. */
export function lastLine(cause: unknown): string {
  return cause instanceof Error ? (cause.message.trim().split('\n').at(-1) ?? '') : String(cause)
}

/** Another process, a QEMU above all, has the disk. */
export function isLockRefusal(cause: unknown): boolean {
  return /Failed to get ".*" lock|Is another process using/i.test(String(cause))
}
