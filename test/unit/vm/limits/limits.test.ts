import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLimits } from '../../../../vm/limits/limits.ts'
import { diskContext } from '../../../support/data-disk.ts'

const mebibyte = 1024 ** 2
const meminfo = '2\nMemTotal: 4000000 kB\nMemAvailable: 3800000 kB\nSwapTotal: 1048572 kB\n'
let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-limits-'))
})
afterEach(() => rm(home, { recursive: true }))

/** A process that gives what is asked of it at once, and a guest that counts what it is asked. */
async function createRunning() {
  const context = await diskContext(home)
  Object.assign(context.config, { cpus: 2, memoryMiB: 4096, swapMiB: 1024, diskGiB: 64 })
  const has = { balloon: 4096 * mebibyte, disk: 64 * 1024 ** 3 }
  const qemu = {
    runtime: {
      ...{ mostCpus: 4, diskGiB: 64 },
      memory: { way: 'balloon', bootMiB: 8192, pluggableMiB: 0 } as const,
    },
    onEvent: () => () => undefined,
    execute(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
      if (command === 'balloon') has.balloon = Number(args['value'])
      if (command === 'query-balloon') return Promise.resolve({ actual: has.balloon })
      return Promise.resolve([{ 'node-name': 'data', image: { 'virtual-size': has.disk } }])
    },
  }
  const commands: string[] = []
  const limits = createLimits({
    context,
    session: () => ({ qemu }),
    exec: (command) => {
      commands.push(command.join(' '))
      return Promise.resolve({ code: 0, stdout: Buffer.from(meminfo), stderr: Buffer.alloc(0) })
    },
  })
  const asked = () => commands.filter((command) => command.includes('meminfo')).length
  return { context, limits, asked, has }
}

test('memory that is taken is looked at once, in the guest too', async () => {
  const { context, limits, asked, has } = await createRunning()
  await limits.check({ memoryMiB: 2048 })
  Object.assign(context.config, { memoryMiB: 2048 })
  await limits.apply()
  expect(has.balloon).toBe(2048 * mebibyte)
  expect(asked()).toBe(1)
  // What was seen then is not believed a second time.
  await limits.apply()
  expect(asked()).toBe(2)
})

test('memory is looked at anew when the swap has changed, which may have filled it', async () => {
  const { context, limits, asked } = await createRunning()
  Object.assign(context.config, { memoryMiB: 2048, swapMiB: 512 })
  await limits.apply()
  expect(asked()).toBe(2)
})
