import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { toShellLine } from '../../../../renderer/commands/shell-line.ts'

/** What a real shell makes of a line: its words, after everything that a shell does. */
const readByShell = (line: string) =>
  execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)

describe('a line for a shell', () => {
  it.each([
    ['docker run -p 8080:80 nginx:1.27', ['docker', 'run', '-p', '8080:80', 'nginx:1.27']],
    [`sh -c 'echo "$HOME"; ls'`, ['sh', '-c', 'echo "$HOME"; ls']],
    [String.raw`echo 'it'\''s' ''`, ['echo', "it's", '']],
  ])('%s', (line, argv) => {
    expect(toShellLine(argv)).toBe(line)
    expect(readByShell(line)).toEqual(argv)
  })

  it('keeps hostile words from being more than words', () => {
    const argv = ['docker', 'stop', '$(reboot)', '`id`', 'a;b', 'a\nb', '-x', '~', '*', '#', '!']
    expect(readByShell(toShellLine(argv))).toEqual(argv)
  })

  it('quotes for PowerShell in its own way', () => {
    expect(toShellLine(['docker', 'run', '-e', "A=it's", 'a,b', '@x'], 'powershell')).toBe(
      "docker run -e 'A=it''s' 'a,b' '@x'",
    )
    expect(toShellLine(['java', '-Da.b=1', '--c.d', 'A=’; reboot'], 'powershell')).toBe(
      "java '-Da.b=1' --c.d 'A=’’; reboot'",
    )
  })
})
