import { readFile } from 'node:fs/promises'
import type { Context } from './context.ts'
import { VmError } from './errors.ts'
import type { MachineFiles } from './files.ts'
import type { MachineState } from './machine-state.ts'
import { classifyEnd, type ProcessEnd } from './qemu/launch.ts'
import type { QemuProcess } from './qemu/qemu-process.ts'
import { excerptOf, parseConsole, readTail } from './serial.ts'

/** A machine that dies twice within this time is not started again by itself. */
const deathsApartMs = 5 * 60_000

/** What is to follow the end of a process that nobody asked for. */
export interface Aftermath {
  state: MachineState
  /** Whether the machine is to be started again. */
  again: boolean
}

/** Listens to the living process; what it returns gives the reason of the shutdown that the guest itself began, or ''. */
export function noteShutdown(qemu: QemuProcess): () => string {
  let reason = ''
  qemu.onEvent(({ name, data }) => {
    if (name === 'SHUTDOWN' && data['guest'] === true) reason = String(data['reason'])
  })
  return () => reason
}

/** Judges the ends of one machine's processes, one after the other: it remembers when the last one died. */
export function createJudge({ config, files }: Context) {
  let lastDeath = -Infinity
  return async (qemu: QemuProcess, end: ProcessEnd, shutdown: string): Promise<Aftermath> => {
    if (shutdown === 'guest-shutdown') {
      config.log('guest-powered-off', {})
      return { state: { phase: 'stopped' }, again: false }
    }
    const error = toEndError(end, qemu, await lastOutput(files))
    config.log('machine-ended', { code: error.code, ...error.params, shutdown })
    const again = performance.now() - lastDeath > deathsApartMs
    lastDeath = performance.now()
    return { state: { phase: 'failed', error }, again }
  }
}

/** The guest's own last words, if it had any, say more than how its process ended. */
export function lastWords(serial: readonly string[]): VmError | undefined {
  const told = serial.map(parseConsole).find((one) => one !== undefined && 'error' in one)
  return told && 'error' in told ? told.error : undefined
}

/** What a process left behind to read. */
export interface LastOutput {
  serial: readonly string[]
  /** QEMU's own words. */
  said: string
}

export async function lastOutput(
  files: Pick<MachineFiles, 'serial' | 'output'>,
): Promise<LastOutput> {
  const serial = await readTail(files.serial, 100).catch(() => [])
  const said = await readFile(files.output, 'utf8').catch(() => '')
  return { serial, said }
}

/** The error for a process that ended without being asked to: the guest's last words tell most, then QEMU's. */
export function toEndError(
  end: ProcessEnd,
  { instance }: QemuProcess,
  { serial, said }: LastOutput = { serial: [], said: '' },
): VmError {
  const how = lastWords(serial)?.params['reason'] ?? classifyEnd(said, end).reason
  const code = end.signal === 'SIGKILL' ? 'machine-killed' : 'machine-vanished'
  return new VmError(code, { pid: instance.pid, how }, { serial: excerptOf(serial) })
}
