import { rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { createQemuMachine } from '../../vm/index.ts'
import { createDockerCli } from '../support/docker-cli.ts'
import { machineConfig } from '../support/machine.ts'

const full = process.env['BERTH_TEST_FULL'] === '1'
const bootMs = 400_000

/** Small files in a volume, until there is no inode left. */
const fill =
  'cd /var/lib/docker/volumes/full/_data && seq 70000 | xargs touch; df -i /data | tail -n 1'

test.runIf(full)(
  'an engine starts without an inode left, lists, and makes room',
  { timeout: 2 * bootMs },
  async () => {
    const { home, config } = await machineConfig({ diskGiB: 1 })
    const machine = createQemuMachine(config)
    try {
      await machine.start()
      await using docker = await createDockerCli(config.engine.hostSocket)
      expect(await docker(['volume', 'create', 'full'])).toMatchObject({ code: 0 })
      expect(await docker(['volume', 'create', 'stays'])).toMatchObject({ code: 0 })
      const { stdout } = await machine.exec(['sh', '-c', fill])
      expect(stdout.toString()).toContain('100%')
      await machine.stop()

      await machine.start()
      expect((await docker(['volume', 'ls', '-q'])).stdout).toBe('full\nstays\n')
      expect(await docker(['volume', 'rm', 'full'])).toMatchObject({ code: 0 })
      const left = await machine.exec(['stat', '-f', '-c', '%d', '/data'])
      expect(Number(left.stdout)).toBeGreaterThan(60_000)
    } finally {
      await machine.stop({ graceMs: 20_000 })
      await machine[Symbol.asyncDispose]()
      await rm(home, { recursive: true, force: true })
    }
  },
)
