import type { LogLine, LogOptions, PortMapping } from './containers.ts'
import type { ListNews } from './list-news.ts'
import type { Run } from './runs.ts'

export interface ComposeFile {
  /** On this computer. */
  path: string
  /** Whether it can be read in the machine: it is there, and in a shared folder. */
  reach: 'ready' | 'not-shared' | 'missing'
}

/** A project that has containers, wherever it was started, or whose file was opened here. */
export interface ComposeProject {
  name: string
  /** The project's folder on this computer; empty where its containers do not say. */
  directory: string
  /** In the order in which they are laid over each other; empty where they are not known. */
  files: ComposeFile[]
  /** Opened here: it stays in the list without containers. */
  opened: boolean
}

export interface PlannedService {
  name: string
  /** Empty for one that is only built. */
  image: string
  builds: boolean
  replicas: number
  ports: PortMapping[]
}

export const composeRiskKinds = [
  'privileged',
  'engine-socket',
  'folder-outside',
  'build-outside',
  'secret-outside',
  'variables-outside',
  'host-network',
  'host-processes',
  'capability',
  'device',
  'unconfined',
  'provider',
  'other-folder',
] as const
export type ComposeRiskKind = (typeof composeRiskKinds)[number]

/** What a file asks for beyond what a container usually gets. */
export interface ComposeRisk {
  kind: ComposeRiskKind
  /** Empty where it is about the whole project. */
  service: string
  /** The path, capability or device that is asked for; empty where the kind says it all. */
  what: string
}

/** What a project's files say, before anything is done with them. */
export interface ComposePlan {
  project: string
  services: PlannedService[]
  risks: ComposeRisk[]
  /** In Compose's own words. */
  warnings: string[]
}

/** How far one thing is that a command works at: a container, a network, or an image with all its layers. */
export interface ComposeStep {
  id: string
  /** In Compose's own words, such as "Creating" or "Pulled". */
  text: string
  state: 'working' | 'done' | 'failed'
  /** Bytes. */
  current?: number
  total?: number
}

export type ComposeVerb = 'up' | 'down' | 'start' | 'stop' | 'restart'

/** What is being done with a project, or was done with it last. */
export interface ComposeRun extends Run {
  project: string
  verb: ComposeVerb
  /** The newest of each thing, in the order in which they came; none once it has gone well or was cancelled. */
  steps: ComposeStep[]
}

export interface UpOptions {
  /** Asks the registry for newer images, also where there is one already. */
  pull?: boolean
  build?: boolean
  /** Makes containers anew although nothing has changed. */
  recreate?: boolean
  /** Removes containers of services that are not in the file any more. */
  removeOrphans?: boolean
}

export interface ComposeLogLine extends LogLine {
  /** The container's part of the project, such as `web` or `web-2`. */
  from: string
}

/**
 * Each verb begins a run and answers with its id at once. A run goes on whoever watches, until it has ended, is
 * cancelled or the app ends; there is one of a project at a time.
 */
export interface ComposeApi {
  /** All projects at once, then again after every change. */
  watch(): AsyncIterable<ComposeProject[]>
  /** Reads a file, remembers it when it is sound, and starts nothing. */
  open(path: string): Promise<ComposePlan>
  /** Takes an opened file off the list; its containers stay. */
  forget(project: string): Promise<void>
  plan(project: string): Promise<ComposePlan>
  up(project: string, options?: UpOptions): Promise<string>
  /** `volumes` removes the project's volumes, and what is in them. */
  down(project: string, options?: { volumes?: boolean }): Promise<string>
  start(project: string): Promise<string>
  stop(project: string): Promise<string>
  restart(project: string): Promise<string>
  /** Of each project the run that is under way, or the last one; all at once, then those that change. */
  runs(): AsyncIterable<ListNews<ComposeRun>>
  /** Ends a run as Ctrl-C would: what has been done stays. One that has ended already is left alone. */
  cancel(run: string): Promise<void>
  /** Forgets a run that has ended, for every window. */
  dismiss(run: string): Promise<void>
  /** Lines of all containers in batches, by their time as far as they came together; new containers join. */
  logs(project: string, options?: LogOptions): AsyncIterable<ComposeLogLine[]>
}
