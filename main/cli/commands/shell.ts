import type { Api } from '#api'
import { withApp } from '../calling.ts'
import type { Command } from '../command.ts'

/** `shell [command …]`: a terminal in the guest, as root; its exit code is the command's. */
export const shell: Command = async (_context, args) => {
  const command = args[0] === '--' ? args.slice(1) : args
  return await withApp((api) => attach(api, command))
}

async function attach(api: Api, command: string[]): Promise<number> {
  const { stdin, stdout } = process
  const size = () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 })
  const terminal = { name: '' }
  const onInput = (bytes: Buffer) => {
    if (terminal.name) void api.terminals.write(terminal.name, bytes.toString('utf8'))
  }
  const onResize = () => {
    if (terminal.name) void api.terminals.resize(terminal.name, size())
  }
  if (stdin.isTTY) stdin.setRawMode(true)
  try {
    for await (const event of api.terminals.openMachine(command, size())) {
      if (event.kind === 'opened') {
        terminal.name = event.terminal
        stdin.on('data', onInput)
        stdout.on('resize', onResize)
      } else if (event.kind === 'output') {
        stdout.write(event.text)
      } else {
        return event.code
      }
    }
    return 1
  } finally {
    stdin.off('data', onInput)
    stdout.off('resize', onResize)
    if (stdin.isTTY) stdin.setRawMode(false)
    stdin.unref()
  }
}
