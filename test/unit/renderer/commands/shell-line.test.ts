import { parse } from 'shell-quote'
import { describe, expect, it } from 'vitest'
import { toShellLine } from '../../../../renderer/commands/shell-line.ts'

describe('a line for a shell', () => {
  it.each([
    ['docker run -p 8080:80 nginx:1.27', ['docker', 'run', '-p', '8080:80', 'nginx:1.27']],
    [`sh -c 'echo "$HOME"; ls'`, ['sh', '-c', 'echo "$HOME"; ls']],
    [String.raw`echo 'it'\''s' ''`, ['echo', "it's", '']],
  ])('%s', (line, argv) => {
    expect(toShellLine(argv)).toBe(line)
    expect(parse(line, (name) => `$${name}`)).toEqual(argv)
  })

  it('keeps hostile words from being more than words', () => {
    const argv = ['docker', 'stop', '$(reboot)', '`id`', 'a;b', 'a\nb', '-x', '~', '*', '#', '!']
    expect(parse(toShellLine(argv), (name) => `$${name}`)).toEqual(argv)
  })

  it('quotes for PowerShell in its own way', () => {
    expect(toShellLine(['docker', 'run', '-e', "A=it's", 'a,b', '@x'], 'powershell')).toBe(
      "docker run -e 'A=it''s' 'a,b' '@x'",
    )
  })
})
