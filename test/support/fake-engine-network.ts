import type { ExecResult } from '#vm'

/** The guest's part in the host's network, in memory: what it was told, and what its engine began with. */
export class FakeEngineNetwork {
  /** PEM, as it was told last. */
  authorities = '\n'
  used = { proxy: '\n', authorities: '\n' }
  /** What was asked, without the input. */
  readonly asked: string[] = []
  /** The engine does not come back. */
  isLost = false
  /** Held back until this resolves. */
  gate: Promise<void> = Promise.resolve()

  async exec(command: readonly string[], input: string): Promise<ExecResult> {
    const [program = '', ...words] = command
    this.asked.push([program.slice(program.lastIndexOf('/') + 1), ...words].join(' '))
    await this.gate
    if (program.endsWith('/authorities')) {
      this.authorities = input
      return answer()
    }
    const { authorities } = this
    if (words[0] === 'restart') {
      if (this.isLost) return answer('', 4)
      this.used = { proxy: input, authorities }
      return answer()
    }
    const isUsed = this.used.proxy === input && this.used.authorities === authorities
    return answer(isUsed ? 'used\n' : 'other\n')
  }
}

function answer(stdout = '', code = 0): ExecResult {
  return { code, stdout: Buffer.from(stdout), stderr: Buffer.alloc(0) }
}
