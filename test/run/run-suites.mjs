import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { node24, root } from '../../main/setup/checkout.mjs'
import { nodeEnv } from '../../main/setup/npm.mjs'
import { say } from '../../main/setup/progress.mjs'
import { run } from '../../main/setup/run.mjs'
import { notesVariable } from './notes.mjs'
import { suites } from './suites.mjs'
import { parseNotes, tallyOf } from './tally.mjs'

/** @typedef {import('./tally.mjs').Tally} Tally */
/**
 * @typedef {object} Conditions
 * @property {NodeJS.ProcessEnv} env
 * @property {AbortSignal} signal
 * @property {() => number | undefined} msLeft of the time for the whole run
 */

const logs = join(root, 'test-results')

/**
 * Runs the `check:` scripts of package.json, each of which counts as one test.
 * @param {Conditions} conditions
 * @returns {Promise<Tally>}
 */
export async function runChecks(conditions) {
  /** @type {{ scripts: Record<string, string> }} */
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  /** @type {import('./tally.mjs').Note[]} */
  const notes = []
  for (const [name, command] of Object.entries(scripts).filter(([key]) =>
    key.startsWith('check:'),
  )) {
    const { code, timedOut, seconds } = await runLogged(name, command, [], conditions)
    const good = code === 0 && !timedOut
    say(`${good ? '✓' : '✗'} ${name} ${seconds} s`)
    notes.push({ id: name, name, outcome: good ? 'passed' : 'failed' })
  }
  return tallyOf('check', notes)
}

/**
 * Runs the other suites, each to its end whatever became of the ones before.
 * @param {Conditions} conditions
 * @returns {AsyncGenerator<Tally>}
 */
export async function* runSuites(conditions) {
  for (const { name, args } of suites) {
    const notes = join(logs, `${name}.ndjson`)
    rmSync(notes, { force: true })
    const env = { ...conditions.env, [notesVariable]: notes }
    const { code, timedOut, seconds } = await runLogged(name, node24, args, { ...conditions, env })
    say(`${name} took ${seconds} s`)
    const ended = code === 0 ? undefined : `its runner ended with code ${code}`
    const fault = timedOut ? 'stopped, since the time for the whole run is over' : ended
    const tally = tallyOf(
      name,
      existsSync(notes) ? parseNotes(readFileSync(notes, 'utf8')) : [],
      fault,
    )
    // Time that ran out is a failure of its own beside those of the tests.
    if (timedOut && !tally.failures.some((line) => line.endsWith(fault ?? '')))
      tally.failures.push(`${name}: ${fault}`)
    yield tally
  }
}

/**
 * Runs one program with its output shown as it comes, and kept in test-results.
 * @param {string} name
 * @param {string} command run by a shell when there are no arguments
 * @param {string[]} args
 * @param {Conditions} conditions
 */
async function runLogged(name, command, args, { env, signal, msLeft }) {
  say(`\n── ${name}`)
  mkdirSync(logs, { recursive: true })
  const log = createWriteStream(join(logs, `${name.replace(':', '-')}.log`))
  const started = Date.now()
  try {
    const result = await run(command, args, {
      cwd: root,
      env: nodeEnv(env),
      shell: args.length === 0,
      signal,
      timeoutMs: msLeft(),
      // The runners take their machines and browsers down on the first, gentle signal.
      stopWith: 'SIGINT',
      graceMs: 30_000,
      onOutput: (text) => {
        process.stdout.write(text)
        log.write(text)
      },
    })
    return { ...result, seconds: Math.round((Date.now() - started) / 1000) }
  } finally {
    log.end()
  }
}
