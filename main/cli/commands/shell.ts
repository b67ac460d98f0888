import { StringDecoder } from 'node:string_decoder'
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
  const decoder = new StringDecoder('utf8')
  // What is typed while the terminal ends is for nobody.
  const send = (text: string) =>
    void api.terminals.write(terminal.name, text).catch(() => undefined)
  const onInput = (bytes: Buffer) => send(decoder.write(bytes))
  // The end of the input, in the terminal's own way.
  const onEnd = () => send('\x04')
  const onResize = () => void api.terminals.resize(terminal.name, size()).catch(() => undefined)
  if (stdin.isTTY) stdin.setRawMode(true)
  try {
    for await (const event of api.terminals.openMachine(command, size())) {
      if (event.kind === 'opened') {
        terminal.name = event.terminal
        stdin.on('data', onInput)
        stdin.once('end', onEnd)
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
    stdin.off('end', onEnd)
    stdout.off('resize', onResize)
    if (stdin.isTTY) stdin.setRawMode(false)
    stdin.pause()
  }
}
