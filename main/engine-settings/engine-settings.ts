import {
  AppError,
  type EngineKey,
  type EngineSettingsApi,
  type EngineSettingsCheck,
  type EngineSettingsSnapshot,
  type EngineSettingsTakenBack,
} from '#api'
import type { Machine, MachineSnapshot } from '#vm'
import type { Log } from '../host/log.ts'
import { createLive, type Live } from '../live.ts'
import { findChanges, whatIsHeld, whatItTakes } from './changes.ts'
import { checkText, type EngineValues } from './check-text.ts'
import type { EngineSettingsFiles } from './files.ts'
import { createGuestPart, type GuestAnswer, type GuestPart } from './guest.ts'
import { engineKeyList } from './keys.ts'

/** How long an engine may take to answer, in seconds: below what makes supervision end one that is silent. */
const deadlineSeconds = { usual: 40, emulated: 100 }

export interface EngineSettingsParts {
  machine: Pick<Machine, 'exec' | 'onChange' | 'snapshot'>
  files: EngineSettingsFiles
  log: Log
}

/** daemon.json as its user sees it: judged here, then by the engine, then tried, and taken back if it does not hold. */
export class EngineSettings implements EngineSettingsApi, Disposable {
  readonly #parts: EngineSettingsParts
  readonly #guest: GuestPart
  readonly #live: Live<EngineSettingsSnapshot>
  readonly #stopListening: () => void
  #takenBack: EngineSettingsTakenBack | undefined
  #isBusy = false

  constructor(parts: EngineSettingsParts) {
    this.#parts = parts
    this.#guest = createGuestPart(parts.machine)
    const { notice, wanted: text } = parts.files
    if (notice) this.#takenBack = { error: notice.toShape(), changes: [], text }
    this.#live = createLive(this.#snapshot())
    this.#stopListening = parts.machine.onChange(() => void this.#settle())
    void this.#settle()
  }

  keys(): Promise<EngineKey[]> {
    return Promise.resolve([...engineKeyList])
  }

  watch(): AsyncIterable<EngineSettingsSnapshot> {
    return this.#live.watch()
  }

  get(): Promise<EngineSettingsSnapshot> {
    return Promise.resolve(this.#live.value)
  }

  async check(text: string): Promise<EngineSettingsCheck> {
    const checked = checkText(parseText(text))
    if ('problems' in checked)
      return { problems: checked.problems, changes: [], takes: 'nothing', held: [] }
    const changes = findChanges(this.#used(), checked.settings)
    const isRunning = this.#parts.machine.snapshot.state.phase === 'running'
    const takes = changes.length > 0 && !isRunning ? 'next-start' : whatItTakes(changes)
    const bridge = isRunning ? whatIsHeld(changes) : []
    // Who cannot say that none runs is taken at the worst.
    const isHeld = bridge.length > 0 && (await this.#guest.hasContainers().catch(() => true))
    return { problems: [], changes, takes, held: isHeld ? bridge : [] }
  }

  async apply(text: string): Promise<EngineSettingsSnapshot> {
    const checked = checkText(parseText(text))
    if ('problems' in checked) {
      const [{ line, column } = { line: 1, column: 1 }] = checked.problems
      const count = checked.problems.length
      throw new AppError('engine-settings-wrong', { line, column, count })
    }
    const { state } = this.#parts.machine.snapshot
    if (this.#isBusy || state.phase === 'starting' || state.phase === 'stopping')
      throw new AppError('engine-settings-busy')
    await this.#alone(async () => {
      if (state.phase === 'running') await this.#applyLive(text, checked.settings)
      else await this.#parts.files.want(text)
      this.#takenBack = undefined
    })
    return this.#live.value
  }

  [Symbol.dispose](): void {
    this.#stopListening()
  }

  async #applyLive(text: string, settings: EngineValues): Promise<void> {
    const { files, machine, log } = this.#parts
    const takes = whatItTakes(findChanges(this.#used(), settings))
    if (takes === 'nothing') {
      await files.want(text)
      await files.confirm()
      return
    }
    const judged = await this.#guest.check(text)
    if (judged.outcome !== 'done')
      throw new AppError('engine-settings-refused', { said: judged.said || '–' })
    await files.want(text)
    const how = takes === 'reload' && answers(machine.snapshot) ? 'reload' : 'restart'
    const answer =
      how === 'reload'
        ? await this.#guest.reload(text)
        : await this.#guest.restart(text, deadlineOf(machine.snapshot))
    log.write('engine-settings.applied', { how, ...answer })
    if (answer.outcome !== 'done') throw await this.#takeBack(answer)
    await files.confirm()
  }

  /** What is wanted and was not seen to work is asked after when the engine answers: it may have been tried meanwhile. */
  async #settle(): Promise<void> {
    const { files, machine, log } = this.#parts
    if (this.#isBusy || files.wanted === files.good || !answers(machine.snapshot)) return
    try {
      await this.#alone(async () => {
        const state = await this.#guest.state(files.wanted)
        if (state === 'used') await files.confirm()
        else if (state === 'tried')
          await this.#takeBack({ outcome: 'refused', said: await this.#guest.why() })
      })
    } catch (error) {
      // The next news of the machine is a time as good as any.
      log.failure('engine-settings.unsettled', error)
    }
  }

  async #takeBack({ outcome, said }: GuestAnswer): Promise<AppError> {
    const { files, machine } = this.#parts
    const text = files.wanted
    const changes = findChanges(this.#used(), valuesOf(text))
    const file = await files.takeBack()
    const seconds = deadlineOf(machine.snapshot)
    const error = new AppError(
      outcome === 'lost' ? 'engine-settings-not-back' : 'engine-settings-taken-back',
      { file, seconds, said: said || '–' },
    )
    this.#takenBack = { error: error.toShape(), changes, text }
    return error
  }

  async #alone(work: () => Promise<void>): Promise<void> {
    this.#isBusy = true
    this.#live.set(this.#snapshot())
    try {
      await work()
    } finally {
      this.#isBusy = false
      this.#live.set(this.#snapshot())
    }
  }

  /** What the engine is known to run with. */
  #used(): EngineValues {
    return valuesOf(this.#parts.files.good)
  }

  #snapshot(): EngineSettingsSnapshot {
    const { wanted: text, good } = this.#parts.files
    const settled = text === good ? 'used' : 'waiting'
    return {
      ...{ text, state: this.#isBusy ? 'applying' : settled },
      ...(this.#takenBack && { takenBack: this.#takenBack }),
    }
  }
}

function parseText(text: unknown): string {
  if (typeof text !== 'string') throw new AppError('input-invalid', { what: 'engine settings' })
  return text
}

function valuesOf(text: string): EngineValues {
  const checked = checkText(text)
  return 'settings' in checked ? checked.settings : {}
}

function answers({ state, health }: MachineSnapshot): boolean {
  if (state.phase !== 'running') return false
  return health.some(({ link, state: found }) => link === 'engine' && found === 'ok')
}

/** How long an engine of this machine may take to answer, in seconds. */
export function deadlineOf({ state }: MachineSnapshot): number {
  const isEmulated = state.phase === 'running' && state.process.slow
  return isEmulated ? deadlineSeconds.emulated : deadlineSeconds.usual
}
