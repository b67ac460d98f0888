import { isAbsolute, isSize } from '../formats.ts'
import { form, listOf, mapOf, oneOf, record, text, whole } from '../rule.ts'
import { keysOf, type KeyRow } from './key-row.ts'

const { flagKey, wholeKey, choiceKey, formKey, textKey, listKey, jsonKey } = keysOf('containers')

/** More than the kernel has for any of them; -1 stands for no limit. */
const limit = whole(-1, Number.MAX_SAFE_INTEGER)
const runtime = record({
  ...{ path: text, runtimeArgs: listOf(text), runtimeType: text },
  options: mapOf(() => undefined),
})

/** What a container gets that asks for nothing else. */
export const containerKeys: readonly KeyRow[] = [
  wholeKey('shutdown-timeout', [-1, 3600], { standard: 10, isLive: true }),
  flagKey('init', false),
  textKey('default-runtime', { standard: 'runc' }),
  jsonKey('runtimes', mapOf(runtime)),
  formKey('default-shm-size', isSize, '64M', { standard: '64MiB' }),
  choiceKey('default-ipc-mode', ['private', 'shareable']),
  choiceKey('default-cgroupns-mode', ['private', 'host']),
  textKey('cgroup-parent', { standard: '/docker' }),
  jsonKey(
    'default-ulimits',
    mapOf(record({ Name: text, Soft: limit, Hard: limit }, ['Name', 'Soft', 'Hard'])),
  ),
  flagKey('no-new-privileges', false),
  formKey(
    'seccomp-profile',
    (value) => value === 'builtin' || value === 'unconfined' || isAbsolute(value),
    'builtin, unconfined',
    { standard: 'builtin' },
  ),
  listKey('exec-opts', oneOf(['native.cgroupdriver=cgroupfs'])),
  listKey('cdi-spec-dirs', form(isAbsolute, '/etc/cdi'), {
    standard: ['/etc/cdi', '/var/run/cdi'],
  }),
  listKey(
    'node-generic-resources',
    form((value) => /^[^=\s]+=\S+$/.test(value), 'gpu=2'),
  ),
]
