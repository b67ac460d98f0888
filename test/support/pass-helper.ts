import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HelperPlaces } from '../../main/credentials/find-helpers.ts'

/** How a helper is, beside well. */
type HelperFault = 'locked' | 'hangs' | 'repeats' | 'blurts' | 'garbled' | 'endless'

/** A credential helper of docker's as a real program, whose keychain is a file. Disposing removes it with its keychain. */
export interface PassHelper extends AsyncDisposable {
  program: string
  places: HelperPlaces
  /** Finds the keychain; the rest must not come through. */
  env: Readonly<Record<string, string>>
  /** Where the keychain lies: the one place where a secret may be. */
  folder: string
  /** By address: name and secret. */
  entries(): Promise<Record<string, { Username: string; Secret: string }>>
  /** What it was called with. */
  calls(): Promise<{ argv: string[]; env: Record<string, string> }[]>
  set(fault?: HelperFault): Promise<void>
}

/** With the store, the calls and the fault beside each other in the folder that the environment names. */
const source = `
const { appendFileSync, existsSync, readFileSync, writeFileSync, writeSync } = require('node:fs')
const { join } = require('node:path')
const folder = process.env.PASSWORD_STORE_DIR
const fault = existsSync(join(folder, 'fault')) ? readFileSync(join(folder, 'fault'), 'utf8') : ''
const [, , verb] = process.argv
appendFileSync(join(folder, 'calls'), JSON.stringify({ argv: process.argv.slice(2), env: process.env }) + '\\n')
const input = readFileSync(0, 'utf8')
const end = (text, code = 1) => { process.stdout.write(text + '\\n'); process.exit(code) }
if (fault === 'locked') end('the keychain is\\n locked')
if (fault === 'hangs') setInterval(() => undefined, 1000)
else if (fault === 'repeats' && verb === 'store') end('cannot store ' + input)
else if (fault === 'blurts' && verb === 'store') {
  const { Secret } = JSON.parse(input)
  end('x'.repeat(285) + ' ' + Secret + ' ' + JSON.stringify(Secret) + JSON.stringify(Secret).replaceAll('<', '\\\\u003c').replaceAll('>', '\\\\u003e'))
} else if (fault === 'garbled' && verb === 'get') end('<html>', 0)
else if (fault === 'endless') for (;;) try { writeSync(1, 'x'.repeat(65536)) } catch {}
else {
  const file = join(folder, 'store.json')
  const store = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const missing = 'credentials not found in native keychain'
  if (verb === 'store') {
    const { ServerURL, Username, Secret } = JSON.parse(input)
    store[ServerURL] ??= { Username, Secret }
    if (store[ServerURL].Username === Username) store[ServerURL].Secret = Secret
  } else if (verb === 'erase') {
    if (!store[input]) end(missing)
    delete store[input]
  } else if (verb === 'get' && fault === 'blurts' && store[input]) end('cannot read {"Secret": "' + store[input].Secret.slice(0, 6))
  else if (verb === 'get') end(store[input] ? JSON.stringify({ ServerURL: input, ...store[input] }) : missing, store[input] ? 0 : 1)
  else if (verb === 'list') end(JSON.stringify(Object.fromEntries(Object.entries(store).map(([url, one]) => [url, one.Username]))), 0)
  else end('Unknown credential action')
  writeFileSync(file, JSON.stringify(store), { mode: 0o600 })
}
`

export async function createPassHelper(): Promise<PassHelper> {
  const root = await mkdtemp(join(tmpdir(), 'berth-helper-'))
  const [bin, folder] = [join(root, 'bin'), join(root, 'keychain')]
  await mkdir(bin, { mode: 0o755 })
  await mkdir(folder, { mode: 0o700 })
  const program = join(bin, 'docker-credential-pass')
  await writeFile(program, `#!${process.execPath}\n${source}`)
  await chmod(program, 0o755)
  const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => '')
  return {
    ...{ program, folder, places: { folders: [bin], names: ['pass'] } },
    env: { PASSWORD_STORE_DIR: folder },
    entries: async () =>
      JSON.parse((await read('store.json')) || '{}') as Awaited<ReturnType<PassHelper['entries']>>,
    calls: async () =>
      (await read('calls'))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Awaited<ReturnType<PassHelper['calls']>>[number]),
    set: (fault) => writeFile(join(folder, 'fault'), fault ?? ''),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}
