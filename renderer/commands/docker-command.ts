import type { ReclaimChoice } from '#api'
import { toDockerRun } from '../docker-run/to-docker-run.ts'
import {
  type Command,
  type CommandKind,
  type CommandTable,
  does,
  looks,
  type Names,
} from './command-row.ts'
import { flag, toSettingText, when } from './flags.ts'
import { registryRows } from './registry-rows.ts'

const run = { kind: does, goesOn: true } as const

const compose = (project: string, ...words: readonly string[]) => [
  ...['docker', 'compose', '--project-name', project],
  ...words,
]

/** With its files, for what is read from them. */
const composeOf = (names: Names, project: string, ...words: readonly string[]) =>
  compose(project, ...names.files(project).flatMap((path) => ['--file', path]), ...words)

/** Every call and stream of the Api as the command that does the same: the one place that knows. */
const commandTable: CommandTable = {
  app: {
    ui: { kind: does, toArgv: () => ['berth', 'ui'] },
    quit: {
      kind: does,
      toArgv: (_names, options) => (options?.stopMachine ? ['berth', 'stop'] : []),
    },
    memory: null,
    remember: null,
  },
  machine: {
    watch: null,
    status: null,
    start: { kind: does, toArgv: () => ['berth', 'start'] },
    stop: { kind: does, toArgv: () => ['berth', 'stop'] },
    restart: { kind: does, toArgv: () => ['berth', 'restart'] },
    logs: {
      kind: looks,
      toArgv: (_names, source, options) => [
        'berth',
        'logs',
        source,
        ...when(options?.follow, '--follow'),
      ],
    },
    usage: null,
    disk: null,
    moveDisk: {
      kind: does,
      toArgv: (_names, folder) => ['berth', 'move-disk', folder === '' ? '--default' : folder],
    },
  },
  containers: {
    watch: null,
    details: {
      kind: looks,
      toArgv: (names, id) => ['docker', 'inspect', names.container(id)],
    },
    start: { kind: does, toArgv: (names, id) => ['docker', 'start', names.container(id)] },
    stop: { kind: does, toArgv: (names, id) => ['docker', 'stop', names.container(id)] },
    restart: { kind: does, toArgv: (names, id) => ['docker', 'restart', names.container(id)] },
    pause: { kind: does, toArgv: (names, id) => ['docker', 'pause', names.container(id)] },
    unpause: { kind: does, toArgv: (names, id) => ['docker', 'unpause', names.container(id)] },
    kill: {
      kind: does,
      toArgv: (names, id, signal) => [
        ...['docker', 'kill', ...flag('--signal', signal), names.container(id)],
      ],
    },
    rename: {
      kind: does,
      toArgv: (names, id, name) => ['docker', 'rename', names.container(id), name],
    },
    remove: {
      kind: does,
      toArgv: (names, id, options) => [
        'docker',
        'rm',
        ...when(options?.force, '--force'),
        ...when(options?.volumes, '--volumes'),
        names.container(id),
      ],
    },
    run: { kind: does, toArgv: (_names, spec) => toDockerRun(spec) },
    logs: {
      kind: looks,
      toArgv: (names, id, options) => [
        'docker',
        'logs',
        ...when(options?.follow ?? true, '--follow'),
        ...flag('--tail', options?.tail),
        ...flag('--since', options?.since),
        names.container(id),
      ],
    },
    // Asked anew for every few rows that come into sight.
    stats: null,
    statsHistory: { kind: looks, toArgv: (names, id) => ['docker', 'stats', names.container(id)] },
    processes: { kind: looks, toArgv: (names, id) => ['docker', 'top', names.container(id)] },
    changes: { kind: looks, toArgv: (names, id) => ['docker', 'diff', names.container(id)] },
  },
  images: {
    watch: null,
    load: { kind: does, toArgv: (_names, path) => ['docker', 'load', '--input', path] },
    tag: {
      kind: does,
      toArgv: (names, id, reference) => ['docker', 'tag', names.image(id), reference],
    },
    remove: {
      kind: does,
      toArgv: (names, image, options) => [
        'docker',
        'rmi',
        ...when(options?.force, '--force'),
        names.image(image),
      ],
    },
    history: { kind: looks, toArgv: (names, id) => ['docker', 'history', names.image(id)] },
    usage: { kind: looks, toArgv: () => ['docker', 'system', 'df', '--verbose'] },
    inspect: {
      kind: looks,
      toArgv: (names, id) => ['docker', 'image', 'inspect', names.image(id)],
    },
  },
  transfers: {
    watch: null,
    pull: {
      ...run,
      toArgv: (_names, reference, options) => [
        ...['docker', 'pull', ...flag('--platform', options?.platform), reference],
      ],
    },
    push: { ...run, toArgv: (_names, reference) => ['docker', 'push', reference] },
    // Ctrl-C, on a command that is here already.
    cancel: null,
    dismiss: null,
  },
  ...registryRows,
  hostNetwork: {
    watch: null,
    test: { kind: looks, toArgv: (_names, url) => ['berth', 'network', 'test', url] },
    trust: { kind: does, toArgv: () => ['berth', 'network', 'trust', 'certificate.pem'] },
    distrust: { kind: does, toArgv: (_names, one) => ['berth', 'network', 'distrust', one] },
    logIn: {
      kind: does,
      toArgv: (_names, { proxy, username }) => [
        ...['berth', 'network', 'login', proxy],
        ...['--username', username, '--password-stdin'],
      ],
    },
    logOut: { kind: does, toArgv: (_names, proxy) => ['berth', 'network', 'logout', proxy] },
    restartEngine: { kind: does, toArgv: () => ['berth', 'network', 'restart-engine'] },
  },
  volumes: { watch: null },
  networks: { watch: null },
  compose: {
    watch: null,
    open: {
      kind: looks,
      toArgv: (_names, path) => ['docker', 'compose', '--file', path, 'config'],
    },
    forget: null,
    plan: { kind: looks, toArgv: (names, project) => composeOf(names, project, 'config') },
    up: {
      ...run,
      toArgv: (names, project, options) =>
        composeOf(
          ...([names, project, 'up', '--detach'] as const),
          ...(options?.pull === true ? ['--pull', 'always'] : []),
          ...when(options?.build, '--build'),
          ...when(options?.recreate, '--force-recreate'),
          ...when(options?.removeOrphans, '--remove-orphans'),
        ),
    },
    down: {
      ...run,
      toArgv: (_names, project, options) =>
        compose(project, 'down', ...when(options?.volumes, '--volumes')),
    },
    start: { ...run, toArgv: (_names, project) => compose(project, 'start') },
    stop: { ...run, toArgv: (_names, project) => compose(project, 'stop') },
    restart: { ...run, toArgv: (_names, project) => compose(project, 'restart') },
    runs: null,
    // Ctrl-C, on a command that is here already.
    cancel: null,
    dismiss: null,
    logs: {
      kind: looks,
      toArgv: (_names, project, options) =>
        compose(
          ...([project, 'logs'] as const),
          ...when(options?.follow ?? true, '--follow'),
          ...flag('--tail', options?.tail),
          ...flag('--since', options?.since),
        ),
    },
  },
  doctor: { examine: { kind: looks, toArgv: () => ['berth', 'doctor'] } },
  engineSettings: {
    keys: null,
    watch: null,
    get: null,
    // Asked anew with every few letters that are typed.
    check: null,
    // The text comes from the window, where a command would have it from a file or its input.
    apply: { kind: does, toArgv: () => ['berth', 'engine', 'set', '-'] },
  },
  reclaim: {
    plan: { kind: looks, toArgv: () => ['docker', 'system', 'df', '--verbose'] },
    run: {
      kind: does,
      toArgv: (names, _plan, choices) => [
        ...['berth', 'reclaim', '--yes', '--only'],
        choices.flatMap((choice) => toReclaimNames(names, choice)).join(','),
      ],
    },
  },
  folders: { list: null, choose: null },
  ports: {
    watch: null,
    list: { kind: looks, toArgv: () => ['berth', 'ports'] },
    // Of this computer and of the running app alone: no client can say it.
    retry: null,
    forward: null,
    unforward: null,
    share: null,
  },
  terminals: {
    openMachine: { kind: does, toArgv: (_names, command) => ['berth', 'shell', ...command] },
    openContainer: {
      kind: does,
      toArgv: (names, id, { command, user, workdir }) => [
        'docker',
        'exec',
        '--interactive',
        '--tty',
        ...flag('--user', user),
        ...flag('--workdir', workdir),
        names.container(id),
        ...command,
      ],
    },
    shells: null,
    write: null,
    resize: null,
  },
  settings: {
    watch: null,
    get: null,
    set: {
      kind: does,
      toArgv: (_names, change) => [
        'berth',
        'set',
        ...Object.entries(change).map(([key, value]) => `${key}=${toSettingText(value)}`),
      ],
    },
  },
}

/** A kind, or its things by the names that a person would give. */
function toReclaimNames(names: Names, { kind, only }: ReclaimChoice): readonly string[] {
  if (!only) return [kind]
  const nameOf = (id: string) => {
    if (kind === 'images' || kind === 'dangling-images') return names.image(id)
    return kind === 'containers' || kind === 'logs' ? names.container(id) : id
  }
  return only.map((id) => `${kind}:${nameOf(id)}`)
}

/** Whether the answer to a call only tells that its command has begun, by the id of its run. */
export function goesOn(service: string, method: string): boolean {
  return loose[service]?.[method]?.goesOn === true
}

/** The command of a call as it is made; undefined for what has none. */
export function toCommand(
  service: string,
  method: string,
  args: readonly unknown[],
  names: Names,
): Command | undefined {
  const row = loose[service]?.[method]
  const argv = row?.toArgv(names, ...args) ?? []
  return row && argv.length > 0 ? { kind: row.kind, argv } : undefined
}

interface LooseRow {
  kind: CommandKind
  toArgv: (names: Names, ...args: unknown[]) => readonly string[]
  goesOn?: true
}

// By name, as the wire speaks: what comes in was typed by whoever called.
const loose = commandTable as unknown as Record<string, Record<string, LooseRow | null>>
