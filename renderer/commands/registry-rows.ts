import { type CommandTable, does, looks } from './command-row.ts'
import { flag } from './flags.ts'

const ofMirror = (verb: string, of: { registry: string; url: string | readonly string[] }) =>
  ['berth', 'mirrors', verb, of.url, '--for', of.registry].flat()

/** What is asked of mirrors and registries. */
export const registryRows: Pick<CommandTable, 'mirrors' | 'registries'> = {
  mirrors: {
    watch: null,
    presets: null,
    add: { kind: does, toArgv: (_names, mirror) => ofMirror('add', mirror) },
    remove: { kind: does, toArgv: (_names, mirror) => ofMirror('remove', mirror) },
    enable: {
      kind: does,
      toArgv: (_names, mirror, on) => ofMirror(on ? 'enable' : 'disable', mirror),
    },
    order: {
      kind: does,
      toArgv: (_names, registry, urls) => ofMirror('order', { registry, url: urls }),
    },
    test: {
      kind: looks,
      toArgv: (_names, registry) => ['berth', 'mirrors', 'test', ...flag('--for', registry)],
    },
  },
  registries: {
    watch: null,
    // The password goes in by the command's input.
    logIn: {
      kind: does,
      toArgv: (_names, { registry, username, accept }) => [
        ...['berth', 'login', registry, '--username', username, '--password-stdin'],
        ...flag('--keep', accept),
      ],
    },
    logOut: { kind: does, toArgv: (_names, registry) => ['berth', 'logout', registry] },
    test: { kind: looks, toArgv: (_names, registry) => ['berth', 'registries', 'test', registry] },
    dockerPlan: null,
    linkDocker: {
      kind: does,
      toArgv: (_names, registry, linked) => [
        ...['berth', 'registries', linked ? 'link' : 'unlink', registry],
      ],
    },
    // Of registries' own API: no command line has it.
    repositories: null,
    tags: { kind: looks, toArgv: (_names, repository) => ['berth', 'tags', repository] },
    tag: { kind: looks, toArgv: (_names, name) => ['docker', 'manifest', 'inspect', name] },
    search: { kind: looks, toArgv: (_names, term) => ['docker', 'search', term] },
  },
}
