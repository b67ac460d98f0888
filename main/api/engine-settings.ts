import type { ErrorShape } from './errors.ts'

/** What can be wrong with a text of engine settings; the sentence for each stands in assets/locales under `engineProblem`. */
export const engineProblemCodes = [
  // the text
  'json-empty',
  'json-mark',
  'json-large',
  'json-deep',
  'json-comment',
  'json-trailing-comma',
  'json-comma',
  'json-colon',
  'json-name',
  'json-open',
  'json-after',
  'json-value',
  'json-object',
  'json-twice',
  // its names
  'key-unknown',
  'key-near',
  'key-ours',
  // its values
  'no-flag',
  'no-number',
  'no-text',
  'no-list',
  'no-object',
  'choice',
  'range',
  'blank',
  'pattern',
  'twice',
  'missing',
  // what values mean together
  'log-option',
  'runtime-missing',
  'runtime-own',
  'runtime-path',
  'ulimit-name',
  'ulimit-order',
  'pool-size',
  'pool-overlap',
  'outside',
  'together',
] as const
export type EngineProblemCode = (typeof engineProblemCodes)[number]

/** One thing that is wrong. Lines and columns begin at 1; `path` leads to the value, with dots between. */
export interface EngineProblem {
  line: number
  column: number
  path: string
  code: EngineProblemCode
  params: Record<string, string | number>
}

/** In the order in which a form shows them. */
export const engineKeyGroups = [
  'images',
  'containers',
  'logs',
  'network',
  'names',
  'builds',
  'engine',
  'ours',
] as const
export type EngineKeyGroup = (typeof engineKeyGroups)[number]

/** How a form asks for a value; `json` is for what is best written as it stands. */
export type EngineKeyKind = 'flag' | 'number' | 'text' | 'list' | 'map' | 'json'

/** One key of the engine's settings. */
export interface EngineKey {
  key: string
  group: EngineKeyGroup
  kind: EngineKeyKind
  /** All that it may be, where that can be told. */
  choices?: string[]
  /** The value while the key is not set, as JSON text: Berth's own, else the engine's. Absent for none. */
  standard?: string
  /** The running engine takes a change of it on; else it has to be started anew, under containers that go on. */
  isLive: boolean
  /** Of the default bridge, which containers that run hold as it is: it counts from a start of the engine without any. */
  needsIdle: boolean
}

/** A key whose value differs between two texts, with both as JSON text; absent where it is not set. */
export interface EngineChange {
  key: string
  before?: string
  after?: string
}

/** What the engine's settings are, as they are written over Berth's own. */
export interface EngineSettingsSnapshot {
  text: string
  /**
   * `used`: the engine answers with them; `waiting`: they count from the machine's next start on; `applying`: the
   * engine is being brought to them.
   */
  state: 'used' | 'waiting' | 'applying'
  /** Why the last ones were taken back, with how those differed from what is in use again, and where they were kept. */
  takenBack?: EngineSettingsTakenBack
}

export interface EngineSettingsTakenBack {
  error: ErrorShape
  changes: EngineChange[]
  /** The text that was taken back. */
  text: string
}

/** A text as it was found, before anything is done with it. */
export interface EngineSettingsCheck {
  problems: EngineProblem[]
  /** How it differs from what is in use. */
  changes: EngineChange[]
  /** What applying it takes just now. */
  takes: 'nothing' | 'reload' | 'restart' | 'next-start'
  /** Keys of these changes that do not count by that, since containers run now, but after a restart of the machine. */
  held: string[]
}

export interface EngineSettingsApi {
  /** Every key that the engine has, those that are Berth's own in the group `ours`. */
  keys(): Promise<EngineKey[]>
  watch(): AsyncIterable<EngineSettingsSnapshot>
  get(): Promise<EngineSettingsSnapshot>
  /** What is wrong with a text, and what it would change; changes nothing. */
  check(text: string): Promise<EngineSettingsCheck>
  /**
   * Brings the engine to these settings; resolves once it answers with them, or with a stopped machine once they are
   * kept for its next start. An engine that does not come back is returned to what it had.
   * @throws {AppError} `engine-settings-wrong`, `engine-settings-refused`, `engine-settings-taken-back` and others
   */
  apply(text: string): Promise<EngineSettingsSnapshot>
}
