import type { Context } from './context.ts'
import { VmError } from './errors.ts'
import type { EngineProcess } from './pulse/beat.ts'
import type { Session } from './session.ts'
import { execOverSsh } from './ssh/exec.ts'
import { withDeadline } from './waiting.ts'

/** An engine that lives and says nothing for so long is ended, and started by its supervisor; containers go on. */
const hangsMs = 120_000
const patienceMs = 10_000

/** What is done about an engine that does not answer although the guest does, and how that is told. */
export interface EngineMender {
  /** @param engine as the guest told of it last; undefined when it did not */
  mend(engine: EngineProcess | undefined, cause: Error, signal: AbortSignal): Promise<VmError>
  /** It answers again. */
  rest(): void
}

export function createEngineMender(
  { config }: { config: Pick<Context['config'], 'log'> },
  { link }: { link: Pick<Session['link'], 'connection'> },
): EngineMender {
  let silentSince: number | undefined
  /** Looks come each second while it is down, and nothing changes until it is started again. */
  let reason: string | undefined
  const run = async (command: string[], signal: AbortSignal) => {
    const late = () => new Error('no answer')
    const { stdout } = await withDeadline(patienceMs, signal, late, async (until) =>
      execOverSsh(await link.connection(until), command, { signal: until }),
    )
    return stdout.toString().trim()
  }
  const signalEngine = async (name: string, { pid }: EngineProcess, signal: AbortSignal) => {
    config.log('engine-signalled', { signal: name, pid })
    await run(['kill', `-${name}`, String(pid)], signal)
  }
  return {
    async mend(engine, cause, signal) {
      silentSince ??= performance.now()
      if (engine?.state !== 'gave-up') reason = undefined
      switch (engine?.state) {
        case 'stopped':
          await signalEngine('CONT', engine, signal)
          return new VmError('engine-frozen', {}, { cause })
        case 'gave-up': {
          reason ??= await run(['cat', reasonFile], signal)
          const [why = '', said = ''] = reason.split('\n')
          return new VmError('engine-gave-up', { why, said }, { cause })
        }
        case 'running':
          if (performance.now() - silentSince < hangsMs) break
          silentSince = undefined
          await signalEngine('KILL', engine, signal)
          return new VmError('engine-hangs', { seconds: hangsMs / 1000 }, { cause })
        case 'starting':
        case undefined:
      }
      return new VmError('engine-down', {}, { cause })
    },
    rest: () => {
      silentSince = reason = undefined
    },
  }
}

const reasonFile = '/run/berth/engine-gave-up'
