import { spawn, type ChildProcess } from 'node:child_process'
import type { MachineFiles } from '../../vm/files.ts'
import { readProcess } from '../../vm/qemu/process-table.ts'
import { writeRuntime } from '../../vm/qemu/runtime.ts'
import { noLimits } from './runtime.ts'

const instanceId = '0e0f5b4a-0d2e-4f57-8f5f-6d9f5f0c1a2b'
const qmpServer = `
  const [path, uuid] = process.argv.slice(1)
  require('node:net').createServer((socket) => {
    const say = (line) => socket.write(JSON.stringify(line) + '\\n')
    say({ QMP: { version: { qemu: { major: 9, minor: 0, micro: 0 } } } })
    require('node:readline').createInterface({ input: socket }).on('line', (line) => {
      const { execute, id } = JSON.parse(line)
      say({ id, return: execute === 'query-uuid' ? { UUID: uuid } : {} })
      if (execute === 'quit' || execute === 'system_powerdown') process.exit()
    })
  }).listen(path, () => console.log('listening'))
`

/**
 * A process in QEMU's place that speaks QMP at `qmpPath` and stands in the runtime file, so that it can be adopted. It
 * ends when told to quit or to power off.
 */
export async function spawnQemu(
  files: MachineFiles,
  { qmpPath, sshPort = 1 }: { qmpPath: string; sshPort?: number },
): Promise<ChildProcess> {
  const qemu = spawn(process.execPath, ['-e', qmpServer, qmpPath, instanceId])
  const listening = Promise.withResolvers<undefined>()
  qemu.stdout.once('data', () => {
    listening.resolve(undefined)
  })
  await listening.promise
  await writeRuntime(files.runtime, {
    ...{ version: 1, instanceId, pid: qemu.pid, sshPort, accel: 'tcg' },
    ...{ startTime: (await readProcess(qemu.pid ?? 0))?.startTime, qmpPath },
    ...{ ...noLimits, argsHash: '' },
  })
  return qemu
}
