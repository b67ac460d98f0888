import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { otherFileSystem, removeFolder } from '../support/data-disk.ts'
import { createDockerCli } from '../support/docker-cli.ts'
import { startMachine } from '../support/machine.ts'

const full = process.env['BERTH_TEST_FULL'] === '1'
const away = full ? await otherFileSystem() : undefined

// It costs three boots: what a move does to the files is held by test/unit/vm/disk.
test.runIf(full && away !== undefined)(
  'a volume is the same after a move to another file system, and back',
  { timeout: 900_000 },
  async () => {
    await using stack = new AsyncDisposableStack()
    const folder = away ?? ''
    stack.defer(() => removeFolder(folder))
    const { machine, config } = stack.use(await startMachine())
    await using docker = await createDockerCli(config.engine.hostSocket)
    expect((await docker(['volume', 'create', 'kept'])).code).toBe(0)
    const file = '/var/lib/docker/volumes/kept/_data/file'
    const write = `head -c 33554432 /dev/urandom > ${file}; sha256sum ${file}`
    const { stdout: before } = await machine.exec(['sh', '-c', write])
    const isKept = async () => {
      expect((await docker(['volume', 'ls', '-q'])).stdout).toBe('kept\n')
      expect(String((await machine.exec(['sha256sum', file])).stdout)).toBe(String(before))
    }

    await machine.moveDisk(folder)
    expect(machine.snapshot.state.phase).toBe('stopped')
    expect(await machine.disk()).toMatchObject({ path: join(folder, 'data.raw'), isOwn: false })
    await machine.start()
    await isKept()
    expect(await readdir(config.folder)).not.toContain('data.raw')

    await machine.moveDisk('')
    await machine.start()
    await isKept()
    expect(await machine.disk()).toMatchObject({ isOwn: true })
    expect(await readdir(folder)).toEqual([])
  },
)
