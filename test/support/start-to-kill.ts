import { writeSync } from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { basename } from 'node:path'
import type * as FileSystem from 'node:fs/promises'

/**
 * `start-to-kill <home> <at>`: starts the machine, and dies the hardest way as it is about to change a file: the one
 * that `at` tells, or the one of that number. A file that is written is half written then. Each change is told by a
 * line: its number, what is done, the file's name, and how often that was before and is now. Whatever `at` is, it dies
 * once QEMU answers, and says so.
 */
const [home = '', at = ''] = process.argv.slice(2)
const files: typeof FileSystem = createRequire(import.meta.url)('node:fs/promises')
const seen = new Map<string, number>()
let changes = 0

const die = () => process.kill(process.pid, 'SIGKILL')

/** Whether this is the one to die at. */
function count(change: string, path: unknown): boolean {
  const what = `${change} ${basename(String(path)).replace(/\.[0-9a-f]{8}\.tmp$/, '')}`
  const times = (seen.get(what) ?? 0) + 1
  seen.set(what, times)
  writeSync(1, `${++changes} ${what} ${times}\n`)
  return at === String(changes) || at === `${what} ${times}`
}

const { writeFile, open } = files
for (const name of ['rename', 'rm', 'mkdir', 'chmod', 'link', 'unlink', 'copyFile'] as const) {
  const change = files[name] as (...args: unknown[]) => unknown
  Object.assign(files, {
    [name]: (...args: unknown[]) => (count(name, args[0]) ? die() : change(...args)),
  })
}
Object.assign(files, {
  async writeFile(...args: Parameters<typeof writeFile>) {
    const [path, text, options] = args
    if (!count('writeFile', path)) return writeFile(...args)
    const whole = typeof text === 'string' ? text : ''
    await writeFile(path, whole.slice(0, whole.length / 2), options)
    die()
  },
  open: (...args: Parameters<typeof open>) => {
    const [path, flags] = args
    if (flags !== undefined && flags !== 'r' && count('open', path)) die()
    return open(...args)
  },
})
syncBuiltinESMExports()

// Only now, so that it gets the functions from above.
const { createQemuMachine } = await import('../../vm/index.ts')
const { machineConfig } = await import('./machine.ts')
const { stubConfig } = await import('./stub-image.ts')
const { config } = await machineConfig(stubConfig(home), home)
const machine = createQemuMachine(config)
machine.onChange(({ state }) => {
  if (state.phase !== 'starting' || !state.process) return
  writeSync(1, 'answers\n')
  die()
})
await machine.start()
