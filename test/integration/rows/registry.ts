import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TransferProgress } from '#api'
import { EngineChanges } from '../../../main/engine/changes.ts'
import { createEngineClient } from '../../../main/engine/client.ts'
import { Images } from '../../../main/engine/images.ts'
import { openLog } from '../../../main/host/log.ts'
import { createDockerCli, type DockerCli } from '../../support/docker-cli.ts'
import { registryAddress, removeRegistry, startRegistry } from '../../support/registry.ts'

const run = promisify(execFile)

const image = `${registryAddress}/berth/payload:1`
const missing = `${registryAddress}/berth/payload:none`

/** Push and pull by way of a real registry, which runs as a container of the guest's engine. */
export function registryRows(socketPath: () => string): void {
  describe('a registry', () => {
    const payload = randomBytes(2_000_000)
    let docker: DockerCli
    let folder: string
    let pushed: string

    beforeAll(async () => {
      docker = await createDockerCli(socketPath())
      folder = await mkdtemp(join(tmpdir(), 'berth-registry-'))
      await startRegistry(docker, folder)
      await importPayload(docker, folder, payload)
    })
    afterAll(async () => {
      await removeRegistry(docker)
      await docker(['rmi', '-f', image])
      await rm(folder, { recursive: true, force: true })
      await docker[Symbol.asyncDispose]()
    })

    test('takes a push', async () => {
      const { code, stdout, stderr } = await docker(['push', image])
      expect(code, stderr).toBe(0)
      pushed = digestIn(stdout)
    })

    test('gives the same image back once it is gone here', async () => {
      await removeImage(docker)
      const { code, stdout, stderr } = await docker(['pull', image])
      expect(code, stderr).toBe(0)
      expect(digestIn(stdout)).toBe(pushed)
      await expectPayload(docker, payload)
    })

    test("tells the user's own docker what it does not have", async () => {
      const { code, stderr } = await docker(['pull', missing])
      expect(code).toBe(1)
      expect(stderr).toContain(`${missing}: not found`)
    })

    test('is pulled from by Berth, layer by layer and whole', async () => {
      await removeImage(docker)
      const seen: TransferProgress[] = []
      const images = createImages(socketPath(), folder)
      for await (const line of images.pull(image)) seen.push(line)
      expect(seen.some(({ layer, current, total }) => layer && current && total)).toBe(true)
      expect(seen.at(-1)?.message).toMatch(/Downloaded newer image/)
      await expectPayload(docker, payload)
    })

    test('takes a push of Berth, layer by layer, and gives that image back', async () => {
      const again = `${registryAddress}/berth/pushed:1`
      const images = createImages(socketPath(), folder)
      await images.tag(image, again)
      const seen = await Array.fromAsync(images.push(again))
      const last = seen.filter(({ layer }) => layer !== undefined).at(-1)
      expect(last?.message).toMatch(/^(Pushed|Layer already exists|Mounted from)/)
      expect(seen.at(-1)?.message).toContain(`digest: ${pushed}`)
      await must(docker, 'rmi', again)
      expect(digestIn(await must(docker, 'pull', again))).toBe(pushed)
      await must(docker, 'rmi', again)
    })

    test('that is not there, or a tag that is not, is told by Berth in words of its own', async () => {
      const images = createImages(socketPath(), folder)
      const nowhere = 'localhost:5999/berth/payload:1'
      await images.tag(image, nowhere)
      await expect(Array.fromAsync(images.push(nowhere))).rejects.toMatchObject({
        code: 'registry-unreachable',
        params: { host: 'localhost:5999' },
      })
      await must(docker, 'rmi', nowhere)
      await expect(Array.fromAsync(images.push(nowhere))).rejects.toMatchObject({
        code: 'push-missing',
      })
    })

    test('that lacks a tag is told by Berth in words of its own', async () => {
      const images = createImages(socketPath(), folder)
      const pulling = Array.fromAsync(images.pull(missing))
      await expect(pulling).rejects.toMatchObject({
        code: 'image-not-found',
        params: { image: missing },
      })
    })
  })
}

/** By `docker import`: its one layer is in no other image, so removing it leaves nothing to pull from but the registry. */
async function importPayload(docker: DockerCli, folder: string, payload: Buffer): Promise<void> {
  const [root, archive] = [join(folder, 'root'), join(folder, 'root.tar')]
  await mkdir(join(root, 'bin'), { recursive: true })
  await copyFile(join(docker.buildContext, 'busybox'), join(root, 'bin', 'busybox'))
  await symlink('busybox', join(root, 'bin', 'sha256sum'))
  await writeFile(join(root, 'payload'), payload)
  await run('tar', ['-cf', archive, '-C', root, '.'])
  await must(docker, 'import', '--change', 'CMD ["sha256sum", "/payload"]', archive, image)
}

async function removeImage(docker: DockerCli): Promise<void> {
  await must(docker, 'rmi', image)
  expect((await docker(['image', 'inspect', image])).code).toBe(1)
}

async function expectPayload(docker: DockerCli, payload: Buffer): Promise<void> {
  const sum = createHash('sha256').update(payload).digest('hex')
  expect(await must(docker, 'run', '--rm', image)).toBe(`${sum}  /payload\n`)
}

function createImages(socketPath: string, folder: string): Images {
  const client = createEngineClient(socketPath)
  return new Images(client, new EngineChanges(client, openLog(join(folder, 'app.log'))))
}

function digestIn(output: string): string {
  const digest = /digest: (sha256:[0-9a-f]{64})/i.exec(output)?.[1]
  if (digest === undefined) throw new Error(`no digest in: ${output}`)
  return digest
}

async function must(docker: DockerCli, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await docker(args)
  if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`)
  return stdout
}
