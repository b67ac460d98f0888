import { parseArgs } from 'node:util'
import { machineLogs } from '#api'
import { withApp } from '../calling.ts'
import { type Command, UsageError } from '../command.ts'

/** `logs [console|app|dockerd|containerd|sshd] [--follow] [--tail N]`: Berth's own logs and the guest's. */
export const logs: Command = async ({ write }, args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { follow: { type: 'boolean', short: 'f' }, tail: { type: 'string', short: 'n' } },
  })
  const source = machineLogs.find((name) => name === (positionals[0] ?? 'console'))
  const tail = Number(values.tail ?? 200)
  if (!source || !Number.isInteger(tail)) {
    throw new UsageError(`berth logs [${machineLogs.join('|')}] [--follow] [--tail N]`)
  }
  const options = { tail, follow: values.follow === true }
  await withApp(async (api) => {
    for await (const lines of api.machine.logs(source, options)) {
      write(lines.map((line) => `${line}\n`).join(''))
    }
  })
  return 0
}
