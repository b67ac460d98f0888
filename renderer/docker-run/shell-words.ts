/** One word of a pasted command. */
export interface Word {
  text: string
  /** Where it stands in the pasted text. */
  start: number
  end: number
  /** What a shell would have put something in for, as written: `$PWD`, `$(pwd)`, `%cd%`, `~`. */
  unknown: string[]
}

export interface ShellText {
  /** The commands of the text, each a list of words; separators and comments are gone. */
  commands: Word[][]
  /** Where a quote was opened that is never closed. */
  openQuote?: number
}

interface Cursor {
  text: string
  at: number
  /** Backslashes are part of paths, `^` and a backtick escape. */
  windows: boolean
  openQuote?: number
}

/** What only cmd and PowerShell write. */
const windowsSigns = /\^[ \t]*\r?\n|`[ \t]*\r?\n|%\w+%|(?:^|[\s"'=,])[A-Za-z]:\\/
const separators = /[;&|<>]/
const blank = /\s/

/**
 * Splits what was copied from a page or a terminal as the shell that it was written for would, without expanding
 * anything. Where each word stands is kept, so that a complaint can point at it: what shell-quote, for one, cannot tell.
 */
export function readShell(text: string): ShellText {
  const cursor: Cursor = { text, at: 0, windows: windowsSigns.test(text) }
  let command: Word[] = []
  const commands = [command]
  while ((skipBlank(cursor), cursor.at < text.length)) {
    const letter = text.charAt(cursor.at)
    if (letter === '\n' || separators.test(letter)) {
      cursor.at += 1
      if (command.length > 0) commands.push((command = []))
    } else if (letter === '#' && command.length > 0) {
      cursor.at = lineEnd(cursor)
    } else {
      command.push(readWord(cursor))
    }
  }
  const told = commands.filter(({ length }) => length > 0)
  return {
    commands: told,
    ...(cursor.openQuote !== undefined && { openQuote: cursor.openQuote }),
  }
}

/** Options, and indented lines that are no command of their own. */
const goesOn = /^\n(?:\s*-|[ \t]+(?!docker\b|podman\b|nerdctl\b|sudo\b|[$#>]\s)\S)/

/** Blanks, continued lines, and line ends that were continued once: pages often lose the backslash. */
function skipBlank(cursor: Cursor): void {
  for (;;) {
    const { text, at } = cursor
    const rest = continued(cursor)
    if (rest > 0) cursor.at += rest
    else if (text.charAt(at) === '\n' && !goesOn.test(text.slice(at, at + 200))) return
    else if (at < text.length && blank.test(text.charAt(at))) cursor.at += 1
    else return
  }
}

/** How long the sign of a continued line is, if there is one here. Blanks after it are a slip that is forgiven. */
function continued({ text, at, windows }: Cursor): number {
  const letter = text.charAt(at)
  if (letter !== '\\' && !(windows && (letter === '^' || letter === '`'))) return 0
  return /^.[ \t]*\r?\n/.exec(text.slice(at, at + 80))?.[0].length ?? 0
}

function lineEnd({ text, at }: Cursor): number {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end
}

function readWord(cursor: Cursor): Word {
  const word: Word = { text: '', start: cursor.at, end: 0, unknown: [] }
  const { text } = cursor
  while (cursor.at < text.length && continued(cursor) === 0) {
    const letter = text.charAt(cursor.at)
    if (blank.test(letter) || separators.test(letter)) break
    readPart(cursor, letter, word)
  }
  word.end = cursor.at
  return word
}

function readPart(cursor: Cursor, letter: string, word: Word): void {
  const { text, at, windows } = cursor
  if (letter === "'") word.text += readQuoted(cursor, 1)
  else if (text.startsWith("$'", at)) word.text += unescapeAnsi(readQuoted(cursor, 2))
  else if (letter === '"') readDouble(cursor, word)
  else if (letter === '\\' && (!windows || /["']/.test(text.charAt(at + 1)))) escape(cursor, word)
  else if (windows && (letter === '^' || letter === '`')) escape(cursor, word)
  else if (letter === '~' && at === word.start && /^~(\/|\\|$|\s)/.test(text.slice(at, at + 2)))
    keep(cursor, word, 1)
  else readPlain(cursor, word)
}

/** One letter, or the whole of what a shell would replace: that stays as written, and is told. */
function readPlain(cursor: Cursor, word: Word): void {
  const length = expansion(cursor)
  if (length > 0) {
    keep(cursor, word, length)
    return
  }
  word.text += cursor.text.charAt(cursor.at)
  cursor.at += 1
}

function keep(cursor: Cursor, word: Word, length: number): void {
  const raw = cursor.text.slice(cursor.at, cursor.at + length)
  word.text += raw
  word.unknown.push(raw)
  cursor.at += length
}

function expansion({ text, at, windows }: Cursor): number {
  const rest = text.slice(at)
  const pattern = windows
    ? /^(?:%\w+%|\$\{[^}]*\}|\$\([^)]*\)|\$[A-Za-z_]\w*)/
    : /^(?:\$\{[^}]*\}|\$\([^)]*\)|\$[A-Za-z_]\w*|`[^`]*`)/
  return pattern.exec(rest)?.[0].length ?? 0
}

function escape(cursor: Cursor, word: Word): void {
  word.text += cursor.text.charAt(cursor.at + 1)
  cursor.at = Math.min(cursor.at + 2, cursor.text.length)
}

/** Up to the closing single quote; `$'…'` may hold escaped ones. */
function readQuoted(cursor: Cursor, opening: 1 | 2): string {
  const pattern = opening === 1 ? /^'([^']*)'/ : /^\$'((?:\\[\s\S]|[^\\'])*)'/
  const found = pattern.exec(cursor.text.slice(cursor.at))
  if (!found) {
    cursor.openQuote ??= cursor.at
    const rest = cursor.text.slice(cursor.at + opening)
    cursor.at = cursor.text.length
    return rest
  }
  cursor.at += found[0].length
  return found[1] ?? ''
}

const ansiLetters: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', e: '\x1b' }

function unescapeAnsi(text: string): string {
  return text.replace(/\\([\s\S])/g, (_, letter: string) => ansiLetters[letter] ?? letter)
}

function readDouble(cursor: Cursor, word: Word): void {
  const start = cursor.at
  const { text, windows } = cursor
  cursor.at += 1
  while (cursor.at < text.length) {
    const letter = text.charAt(cursor.at)
    const next = text.charAt(cursor.at + 1)
    const escapes = windows ? '"' : '"\\$`'
    if (letter === '"') {
      cursor.at += 1
      return
    }
    const rest = continued(cursor)
    if (rest > 0) cursor.at += rest
    else if (letter === '\\' && next !== '' && escapes.includes(next)) escape(cursor, word)
    else readPlain(cursor, word)
  }
  cursor.openQuote ??= start
}
