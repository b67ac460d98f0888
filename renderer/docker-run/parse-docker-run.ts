import type { RunSpec } from '#api'
import type { Reason, RunOption } from './option.ts'
import { findOption, isSpecOption } from './options.ts'
import { ValueRefused, type ValueProblem } from './problems.ts'
import { type Word, readShell } from './shell-words.ts'

/** What is wrong with a pasted command, and with which of its words; each code has words under `ui.run.pasted`. */
export interface RunProblem {
  code: 'notDockerRun' | 'openQuote' | 'unknownOption' | 'valueMissing' | 'imageMissing' | 'value'
  /** Of `value` only. */
  problem?: ValueProblem
  /** The option as it was written. */
  option?: string
  word: string
  start: number
  end: number
}

/** What was not taken over as it stands, or has to be completed by hand. */
export type RunNote =
  | { code: 'notTaken'; option: string; reason: Reason }
  | { code: 'dropped'; option: string; part: string }
  | { code: 'fillIn'; option: string; part: string }
  | { code: 'restIgnored'; part: string }

export interface ParsedRun {
  spec: RunSpec
  notes: RunNote[]
  problems: RunProblem[]
}

interface Reader extends ParsedRun {
  words: Word[]
  at: number
}

/** Reads a `docker run` line as it is found in READMEs and shell histories. Never throws: problems name their word. */
export function parseDockerRun(text: string): ParsedRun {
  const { commands, openQuote } = readShell(text)
  const found = findRun(commands)
  const reader: Reader = { spec: { image: '' }, notes: [], problems: [], words: [], at: 0 }
  if (openQuote !== undefined) {
    const word = text.slice(openQuote).split(/\s/)[0] ?? ''
    reader.problems.push({ code: 'openQuote', word, start: openQuote, end: text.length })
  }
  if (!found) {
    const first = commands[0]?.[0]
    const place = { word: first?.text ?? '', start: first?.start ?? 0, end: first?.end ?? 0 }
    reader.problems.push({ code: 'notDockerRun', ...place })
    return toParsed(reader)
  }
  reader.words = found.words
  readOptions(reader)
  readImage(reader, text.trimEnd().length)
  noteOthers(reader, commands, found.command)
  return toParsed(reader)
}

/** Other commands of the text; a prompt or a comment before the one that was read is none. */
function noteOthers(reader: Reader, commands: Word[][], read: Word[]): void {
  const place = commands.indexOf(read)
  for (const [index, command] of commands.entries()) {
    const isCommand = index > place || command.some(({ text }) => programs.test(text))
    if (index === place || !isCommand || command[0]?.text.startsWith('#')) continue
    reader.notes.push({ code: 'restIgnored', part: command.map(({ text }) => text).join(' ') })
  }
}

function toParsed({ spec, notes, problems }: Reader): ParsedRun {
  return { spec, notes, problems }
}

const programs = /(?:^|[\\/])(?:docker|podman|nerdctl)(?:\.exe)?$/

/** The first command that runs a container, and its words after `run`. */
function findRun(commands: Word[][]): { command: Word[]; words: Word[] } | undefined {
  const isComment = (command: Word[]) => command[0]?.text.startsWith('#') === true
  const ordered = [...commands].sort((a, b) => Number(isComment(a)) - Number(isComment(b)))
  for (const command of ordered) {
    // Before it stand prompts, sudo and variables of the shell.
    const program = command.findIndex(({ text }) => programs.test(text))
    const from = program === -1 ? 0 : program + 1
    const verb = command.findIndex(
      ({ text }, index) => index >= from && (text === 'run' || text === 'create'),
    )
    const between = command.slice(from, verb)
    if (verb === -1 || (program === -1 && verb !== 0)) continue
    // `docker compose run` and `docker exec … run` are other things.
    if (between.some(({ text }) => /^(?:compose|exec|stack|buildx|machine)$/.test(text))) continue
    return { command, words: command.slice(verb + 1) }
  }
  const [first] = commands
  return first?.[0]?.text.startsWith('-') ? { command: first, words: first } : undefined
}

function readOptions(reader: Reader): void {
  for (;;) {
    const word = reader.words[reader.at]
    if (!word || !/^-./.test(word.text)) return
    reader.at += 1
    if (word.text === '--') return
    if (word.text.startsWith('--')) readLong(reader, word)
    else readCluster(reader, word)
  }
}

function readLong(reader: Reader, word: Word): void {
  const [, name = '', , value] = /^--([^=]+)(=([\s\S]*))?$/.exec(word.text) ?? []
  const option = findOption(name)
  if (!option || name.length === 1) complain(reader, 'unknownOption', word, `--${name}`)
  else if (value !== undefined) take(reader, { option, flag: `--${name}`, value, word })
  else takeNext(reader, { option, flag: `--${name}`, word })
}

/** `-itd`, `-p8080:80`, `-p=8080:80`, `-itp 8080:80` */
function readCluster(reader: Reader, word: Word): void {
  const letters = word.text.slice(1)
  for (let index = 0; index < letters.length; index += 1) {
    const letter = letters.charAt(index)
    const flag = `-${letter}`
    const option = findOption(letter)
    const rest = letters.slice(index + 1)
    if (!option) {
      complain(reader, 'unknownOption', word, flag)
      return
    }
    if (option.takes === 'nothing' && !rest.startsWith('=')) {
      take(reader, { option, flag, value: 'true', word })
      continue
    }
    if (rest === '') takeNext(reader, { option, flag, word })
    else take(reader, { option, flag, value: rest.replace(/^=/, ''), word })
    return
  }
}

interface Given {
  option: RunOption
  flag: string
  word: Word
}

function takeNext(reader: Reader, given: Given): void {
  if (given.option.takes === 'nothing') {
    take(reader, { ...given, value: 'true' })
    return
  }
  const next = reader.words[reader.at]
  if (!next) {
    complain(reader, 'valueMissing', given.word, given.flag)
    return
  }
  reader.at += 1
  take(reader, { ...given, value: next.text, word: next })
}

function take(reader: Reader, { option, flag, word, value }: Given & { value: string }): void {
  if (!isSpecOption(option)) {
    if (option.reason) reader.notes.push({ code: 'notTaken', option: flag, reason: option.reason })
    return
  }
  try {
    for (const part of option.read(reader.spec, value))
      reader.notes.push({ code: 'dropped', option: flag, part })
    for (const part of fillIns(option.name, value, word))
      reader.notes.push({ code: 'fillIn', option: flag, part })
  } catch (error) {
    if (!(error instanceof ValueRefused)) throw error
    const { text, start, end } = word
    const { problem } = error
    reader.problems.push({ code: 'value', problem, option: flag, word: text, start, end })
  }
}

/** What the shell would have known: variables, a folder that is meant from where the shell stands, an env's value. */
function fillIns(name: string, value: string, word: Word): string[] {
  if (word.unknown.length > 0) return word.unknown
  if (name === 'volume' && /^\.{1,2}(?:[/\\:]|$)/.test(value)) return [value.split(':')[0] ?? value]
  if (name === 'env' && !value.includes('=')) return [value]
  return []
}

function readImage(reader: Reader, end: number): void {
  const image = reader.words[reader.at]
  if (!image) {
    reader.problems.push({ code: 'imageMissing', word: '', start: end, end })
    return
  }
  reader.spec.image = image.text
  const command = reader.words.slice(reader.at + 1)
  if (command.length > 0) reader.spec.command = command.map(({ text }) => text)
  for (const word of [image, ...command])
    for (const part of word.unknown) reader.notes.push({ code: 'fillIn', option: '', part })
}

function complain(reader: Reader, code: RunProblem['code'], word: Word, option: string): void {
  const { text, start, end } = word
  reader.problems.push({ code, option, word: text, start, end })
}
