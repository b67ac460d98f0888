import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { run } from '../../../main/setup/run.mjs'

/** A shell with a child of its own that would go on for a minute, and says who it is. */
const family = 'sleep 60 & echo "$!"; wait'

/** A killed orphan stays a zombie until init asks after it; that one is not alive. */
function isAlive(pid: string) {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' })
  return /^[^Z]/.test(stdout.trim())
}

describe('run', () => {
  it('gives the exit code, and both streams in their order', async () => {
    const result = await run('sh', ['-c', 'echo out; sleep 0.05; echo err >&2; exit 3'])
    expect(result).toEqual({ code: 3, stdout: 'out\n', output: 'out\nerr\n', timedOut: false })
  })

  it('says that a program is missing instead of throwing', async () => {
    expect((await run('no-such-program-here', [])).code).toBe(127)
  })

  it('closes the input, so that nobody waits for an answer', async () => {
    expect((await run('sh', ['-c', 'read answer; echo "ended $?"'])).stdout).toBe('ended 1\n')
  })

  it('ends the program and its children at the deadline', async () => {
    const result = await run('sh', ['-c', family], { timeoutMs: 100 })
    expect(result.timedOut).toBe(true)
    expect(isAlive(result.stdout.trim())).toBe(false)
  })

  it('kills a group that does not listen, after the grace', async () => {
    const started = Date.now()
    const result = await run('sh', ['-c', `trap "" TERM; ${family}`], {
      timeoutMs: 100,
      graceMs: 100,
    })
    expect(result.timedOut).toBe(true)
    expect(isAlive(result.stdout.trim())).toBe(false)
    expect(Date.now() - started).toBeLessThan(5000)
  })

  it('ends the group when aborted, and rejects with the reason', async () => {
    const controller = new AbortController()
    let pid = ''
    const running = run('sh', ['-c', family], {
      signal: controller.signal,
      onOutput: (text) => {
        pid = text.trim()
        controller.abort(new Error('enough'))
      },
    })
    await expect(running).rejects.toThrow('enough')
    expect(isAlive(pid)).toBe(false)
  })
})
