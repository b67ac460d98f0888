import type { ExecResult } from '#vm'

/** The guest's part in the engine's settings, in memory: what it was given, and how the engine takes that. */
export class FakeEngineSettings {
  used = '{}\n'
  tried: string | undefined
  /** What the engine's own check has against a text. */
  refuses: ((text: string) => string | undefined) | undefined
  /** Why the engine does not take on a text; with `lost`, it does not come back either. */
  fails: ((text: string) => string | undefined) | undefined
  isLost = false
  /** Some run. */
  hasContainers = false
  /** What was asked, without the text. */
  readonly asked: string[] = []
  /** Held back until this resolves. */
  gate: Promise<void> = Promise.resolve()

  async exec(command: readonly string[], text: string): Promise<ExecResult> {
    const [program, what = ''] = command
    if (program === 'pidof') return answer('', this.hasContainers ? 0 : 1)
    this.asked.push(command.slice(1).join(' '))
    await this.gate
    switch (what) {
      case 'check': {
        const said = this.refuses?.(text)
        return said === undefined ? answer() : answer('', 3, said)
      }
      case 'reload':
      case 'restart': {
        this.tried = text
        const said = this.fails?.(text)
        if (said !== undefined) return answer('', this.isLost ? 4 : 3, said)
        this.used = text
        return answer()
      }
      case 'state':
        if (text === this.used) return answer('used\n')
        return answer(text === this.tried ? 'tried\n' : 'other\n')
      default:
        return answer(this.fails?.(this.tried ?? '') ?? '')
    }
  }
}

function answer(stdout = '', code = 0, stderr = ''): ExecResult {
  return { code, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) }
}
