import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withoutEchoes } from '../../../main/setup/foreground.mjs'

describe('withoutEchoes', () => {
  it('takes a signal that comes twice within a moment for one, and a later one for another', () => {
    let now = 0
    const isNews = withoutEchoes(() => now)
    expect(isNews('SIGINT')).toBe(true)
    now = 20
    expect(isNews('SIGINT')).toBe(false)
    expect(isNews('SIGTERM')).toBe(true)
    now = 1000
    expect(isNews('SIGINT')).toBe(true)
  })
})

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-foreground-'))
  // An app that counts its signals, and takes a moment to shut down after the first.
  writeFileSync(
    join(folder, 'app.mjs'),
    `const busy = setInterval(() => {}, 1000)
    const down = (why) => { console.log(why); setTimeout(() => { console.log('down'); process.exit(7) }, 600) }
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => down(name))
    process.on('disconnect', () => down('alone'))
    console.log('up ' + process.pid)`,
  )
  writeFileSync(
    join(folder, 'start.mjs'),
    `const { runInForeground } = await import(process.argv[2])
    process.exitCode = await runInForeground(process.execPath, ['app.mjs'], { cwd: ${JSON.stringify(folder)}, env: process.env, channel: true })`,
  )
})
afterEach(() => rmSync(folder, { recursive: true }))

/** The starter, once its app is up, with a log of all that the app says. */
async function start() {
  const module = new URL('../../../main/setup/foreground.mjs', import.meta.url).href
  const starter = spawn(process.execPath, [join(folder, 'start.mjs'), module], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const log = { text: '' }
  starter.stdout.setEncoding('utf8').on('data', (chunk: string) => (log.text += chunk))
  await once(starter.stdout, 'data')
  return { starter, said: () => log.text.replace(/^up \d+\n/, '') }
}

describe('runInForeground', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'passes %s on once, waits for the app and ends with its code',
    async (name) => {
      const { starter, said } = await start()
      starter.kill(name)
      starter.kill(name)
      expect(await once(starter, 'close')).toEqual([7, null])
      expect(said()).toBe(`${name}\ndown\n`)
    },
  )

  it('passes a second press on too', async () => {
    const { starter, said } = await start()
    starter.kill('SIGINT')
    await once(starter.stdout, 'data')
    setTimeout(() => starter.kill('SIGINT'), 350)
    expect(await once(starter, 'close')).toEqual([7, null])
    expect(said()).toMatch(/^SIGINT\nSIGINT\n/)
  })

  it('lets the app know when it is killed itself', async () => {
    const { starter, said } = await start()
    starter.kill('SIGKILL')
    await once(starter, 'close')
    expect(said()).toBe('alone\ndown\n')
  })
})
