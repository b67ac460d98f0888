import { expect } from 'vitest'
import type { DockerCli } from './docker-cli.ts'

/** A container that is to be back whenever the engine is, and its volume, whose content no fault may change. */
export interface Sentinel {
  /** The container's process and when that began: the same for as long as it was never stopped. */
  life(): Promise<string>
  /** The image and what was written are there, and not a byte differs. */
  expectKept(): Promise<void>
  remove(): Promise<void>
}

const name = 'sentinel'
/** Once: the container writes nothing when it is started again. */
const write =
  '[ -L /v/link ] || { mkdir /v/d; head -c 1000000 /dev/urandom >/v/d/bytes; ln -s d/bytes /v/link; }'
const sum = 'cd /v; { find . -type f -exec sha256sum {} +; find . | sort; } | sha256sum'

/** Runs it from the image, and writes its volume. */
export async function startSentinel(docker: DockerCli, image = 'busybox'): Promise<Sentinel> {
  const must = async (...args: string[]) => {
    const { code, stdout, stderr } = await docker(args)
    expect(code, stderr).toBe(0)
    return stdout.trim()
  }
  const ask = (format: string) => must('inspect', '-f', format, name)
  // It has nothing to end in order, and would let each stop wait for ten seconds.
  const lasting = ['--restart', 'always', '--stop-signal', 'KILL']
  const options = ['-d', '--name', name, ...lasting, '-v', `${name}:/v`]
  await must('run', ...options, image, 'sh', '-c', `${write}; exec sleep 100000`)
  const whenWritten = `until [ -L /v/link ]; do usleep 50000; done; sync; ${sum}`
  const before = await must('exec', name, 'sh', '-c', whenWritten)
  const imageId = await ask('{{.Image}}')
  return {
    life: () => ask('{{.State.Status}} {{.State.Pid}} {{.State.StartedAt}}'),
    async expectKept() {
      expect(await must('exec', name, 'sh', '-c', sum)).toBe(before)
      expect(await must('image', 'inspect', '-f', '{{.Id}}', image)).toBe(imageId)
    },
    async remove() {
      await must('rm', '-f', name)
      await must('volume', 'rm', name)
    },
  }
}
