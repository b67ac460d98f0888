/** The other end of a terminal: takes what is typed, gives what is shown. */
export interface FakeShell {
  /** To be shown first. */
  greeting: string
  type(text: string): string
  /** Set once it has ended. */
  readonly exitCode: number | undefined
}

interface ShellSurroundings {
  user: string
  hostname: string
  env: string[]
  workingDir: string
  size: () => { columns: number; rows: number }
}

/**
 * A shell as far as a terminal's tests need one: it echoes, knows backspace, ^C, ^D and ^L, and a handful of commands
 * (`size` tells the terminal's size, `printf` writes any escape, `seq` floods, `exit` ends).
 */
export function createShell(surroundings: ShellSurroundings): FakeShell {
  const { user, workingDir } = surroundings
  const mark = user === '' || user === 'root' || user === '0' ? '#' : '$'
  const prompt = `${workingDir} ${mark} `
  let line = ''
  let exitCode: number | undefined
  let last = 0
  const enter = (): string => {
    const [command = '', ...words] = splitWords(line)
    line = ''
    if (command === '') return `\r\n${prompt}`
    if (command === 'exit') {
      exitCode = Number(words[0] ?? last)
      return '\r\n'
    }
    const { out, code } = runCommand(command, words, surroundings)
    last = code
    return `\r\n${out.replaceAll(/\r?\n/g, '\r\n')}${prompt}`
  }
  const key = (character: string): string => {
    switch (character) {
      case '\r':
      case '\n':
        return enter()
      case '\u0003':
        line = ''
        return `^C\r\n${prompt}`
      case '\u0004':
        if (line !== '') return ''
        exitCode = last
        return '\r\n'
      case '\u000c':
        return `\u001b[H\u001b[2J${prompt}${line}`
      case '\u007f':
      case '\b':
        if (line === '') return ''
        line = Array.from(line).slice(0, -1).join('')
        return '\b \b'
      default:
        line += character
        return character
    }
  }
  return {
    greeting: prompt,
    get exitCode() {
      return exitCode
    },
    type(text) {
      let shown = ''
      // Keys that send escapes (arrows, replies of a terminal) are no letters.
      const typed = text.replaceAll(/\u001b(\[[\d;?<>]*[A-Za-z~]|O[A-Z]|\][^\u0007]*\u0007)/g, '')
      for (const character of typed) {
        if (exitCode !== undefined) break
        shown += key(character)
      }
      return shown
    },
  }
}

function splitWords(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  )
}

/** A program's whole output, and how it ended. */
export function runCommand(
  command: string,
  words: string[],
  { user, hostname, env, workingDir, size }: ShellSurroundings,
): { out: string; code: number } {
  const ok = (out: string) => ({ out, code: 0 })
  const { columns, rows } = size()
  switch (command.replace(/.*\//, '')) {
    case 'echo':
      return ok(`${words.join(' ')}\n`)
    case 'printf':
      return ok(unescapeText(words.join(' ')))
    case 'size':
      return ok(`${rows} ${columns}\n`)
    case 'seq':
      return ok(Array.from({ length: Number(words[0] ?? 1) }, (_, at) => `${at + 1}\n`).join(''))
    case 'pwd':
      return ok(`${workingDir}\n`)
    case 'hostname':
      return ok(`${hostname}\n`)
    case 'whoami':
      return ok(`${user === '' ? 'root' : user}\n`)
    case 'env':
      return ok(`${env.join('\n')}\n`)
    case 'ls':
      return ok(
        ['bin', 'dev', 'etc', 'home', 'proc', 'root', 'sys', 'tmp', 'usr', 'var']
          .map((name) => `\u001b[1;34m${name}\u001b[m  `)
          .join('') + '\n',
      )
    case 'true':
      return ok('')
    case 'false':
      return { out: '', code: 1 }
    default:
      return { out: `sh: ${command}: not found\n`, code: 127 }
  }
}

function unescapeText(text: string): string {
  const simple: Record<string, string> = {
    n: '\n',
    r: '\r',
    t: '\t',
    a: '\u0007',
    e: '\u001b',
    '\\': '\\',
  }
  return text.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|0?([0-7]{3})|0([0-7]{1,2})|([nrtae\\]))/g,
    (_all, hex?: string, octal?: string, short?: string, letter?: string) =>
      letter === undefined
        ? String.fromCharCode(
            hex === undefined
              ? Number.parseInt(octal ?? short ?? '0', 8)
              : Number.parseInt(hex, 16),
          )
        : (simple[letter] ?? letter),
  )
}
