import type { Shell } from '../../commands/shell-line.ts'

/** Lines that are newest first as a script, which runs from the oldest. */
export function toScript(lines: readonly string[], shell: Shell): string {
  const head = shell === 'posix' ? ['#!/bin/sh', 'set -e'] : ["$ErrorActionPreference = 'Stop'"]
  return `${[...head, ...lines.toReversed()].join('\n')}\n`
}
