import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test, vi } from 'vitest'
import { createQemuMachine } from '../../../vm/index.ts'
import { hostArch } from '../../../vm/qemu/accel.ts'
import { machineConfig } from '../../support/machine.ts'
import { stubConfig, writeStubImage } from '../../support/stub-image.ts'
import { expectTold } from '../../support/told-error.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-boots-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(home, { recursive: true, force: true })
})

/** In QEMU's place: speaks QMP, and its console is, one boot after the other, what `boots` holds. */
const program = (boots: string) => `#!${process.execPath}
const fs = require('node:fs')
const args = process.argv.slice(2)
if (args[0] === '--version') {
  console.log('QEMU emulator version 9.0.0')
  process.exit()
}
const path = (id) => args.find((one) => one.includes('id=' + id + ',path=')).split('path=')[1].split(',')[0]
const [now, ...later] = JSON.parse(fs.readFileSync(${JSON.stringify(boots)}, 'utf8'))
fs.writeFileSync(${JSON.stringify(boots)}, JSON.stringify(later))
require('node:net').createServer((socket) => {
  const say = (line) => socket.write(JSON.stringify(line) + '\\n')
  say({ QMP: { version: { qemu: { major: 9, minor: 0, micro: 0 } } } })
  require('node:readline').createInterface({ input: socket }).on('line', (line) => {
    const { execute, id } = JSON.parse(line)
    say({ id, return: {} })
    if (execute === 'quit') process.exit()
  })
}).listen(path('qmp'), () => fs.appendFileSync(path('serial'), now))
`

const panic = 'Kernel panic - not syncing: Fatal exception\n'
const early = `Linux version 6.12\n${panic}`
const late = `Linux version 6.12\nberth: boot 1.20\n${panic}`

test.runIf(process.platform === 'linux' && hostArch() === 'amd64').each([
  ['no boot got as far', [early, early, early], 'system-failed'],
  ['the last one did', [early, early, late], 'boot-failed'],
  ['only an earlier one did', [late, early, early], 'boot-failed'],
] as const)(
  'the disk is said to be untouched only when the guest’s system never ran: %s',
  async (_when, boots, code) => {
    const { config } = await machineConfig(stubConfig(home), home)
    await writeStubImage(config.imageFolder, { kernel: Buffer.alloc(8), initrd: Buffer.alloc(8) })
    const bin = join(home, 'bin')
    await mkdir(bin)
    await writeFile(join(home, 'boots'), JSON.stringify(boots))
    await writeFile(join(bin, 'qemu-system-x86_64'), program(join(home, 'boots')), { mode: 0o755 })
    vi.stubEnv('BERTH_QEMU', bin)
    const machine = createQemuMachine(config)
    try {
      expectTold(await machine.start().catch((cause: unknown) => cause), code)
    } finally {
      await machine.stop({ graceMs: 0 }).catch(() => undefined)
      await machine[Symbol.asyncDispose]()
    }
  },
)
