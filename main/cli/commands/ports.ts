import { parseArgs } from 'node:util'
import type { HostPort } from '#api'
import { sayError } from '../../words/words.ts'
import { withApp } from '../calling.ts'
import type { CliContext, Command } from '../command.ts'

/** `ports [--json]`: what this computer listens on for containers. */
export const ports: Command = async (context, args) => {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } })
  const found = await withApp((api) => api.ports.list())
  if (values.json === true) context.write(`${JSON.stringify(found, null, 2)}\n`)
  else
    context.write(
      found.length === 0 ? `${context.say('cli.ports.none')}\n` : toTable(context, found),
    )
  return 0
}

/** A line for each port, and below it why it is not open. */
function toTable({ say }: CliContext, found: readonly HostPort[]): string {
  const rows = found.map((port) => [
    `${port.address.includes(':') ? `[${port.address}]` : port.address}:${port.port}/${port.protocol}`,
    `${port.containerName}:${port.containerPort}`,
    say(`cli.ports.${port.reach}`),
    say(`cli.ports.${port.state}`),
  ])
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows
    .map((row, index) => {
      const line = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
      const error = found[index]?.error
      return `${line.trimEnd()}\n${error ? `  ${sayError(say, error)}\n` : ''}`
    })
    .join('')
}
