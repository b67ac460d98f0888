import { describe, expect, it } from 'vitest'
import { AppError, type RunSpec } from '#api'
import { splitCommand } from '../../../../renderer/docker-run/command-line.ts'
import { parseEnvLines } from '../../../../renderer/views/run/env-lines.ts'
import { createDraft, readDraft, toDraft } from '../../../../renderer/docker-run/run-draft.ts'
import { toRefusedField } from '../../../../renderer/docker-run/run-refusal.ts'

describe('splitCommand', () => {
  it.each([
    ['', []],
    ['  sleep   60 ', ['sleep', '60']],
    [`sh -c "echo 'a b' > /tmp/x"`, ['sh', '-c', "echo 'a b' > /tmp/x"]],
    [`echo a\\ b '' "c\\"d"`, ['echo', 'a b', '', 'c"d']],
    [`echo '\\n'`, ['echo', '\\n']],
    [`pre"fix "word`, ['prefix word']],
  ])('splits %s', (text, words) => {
    expect(splitCommand(text)).toEqual(words)
  })

  it('refuses an open quote', () => {
    expect(splitCommand('echo "a')).toBeUndefined()
  })
})

describe('readDraft', () => {
  it('asks for no more than was typed', () => {
    expect(readDraft(createDraft(' nginx '))).toEqual({ spec: { image: 'nginx' }, problems: {} })
  })

  it('gives back what a spec was made into', () => {
    const spec: RunSpec = {
      image: 'nginx:1.27',
      name: 'web',
      entrypoint: ['/bin/sh', '-c'],
      command: ['echo "a b"', "it's"],
      env: { A: 'x=y', B: '' },
      ports: [
        { containerPort: 80, protocol: 'tcp', hostPort: 8080 },
        { containerPort: 53, protocol: 'udp', hostIp: '127.0.0.1', hostPort: 53 },
        { containerPort: 54, protocol: 'udp', hostIp: '::1' },
      ],
      mounts: [
        { kind: 'bind', source: 'C:\\a b', target: '/a', readOnly: true },
        { kind: 'volume', target: '/b' },
        { kind: 'tmpfs', target: '/c' },
      ],
      network: 'back',
      restart: 'on-failure',
      restartRetries: 3,
      cpus: 1.5,
      memoryBytes: 1024 ** 3,
      tty: true,
      labels: { a: 'b' },
      capAdd: ['NET_ADMIN'],
      health: { command: 'true', intervalSeconds: 30 },
    }
    expect(readDraft(toDraft(spec))).toEqual({ spec, problems: {} })
    expect(readDraft(toDraft({ image: 'a', entrypoint: [] })).spec.entrypoint).toEqual([])
  })

  it('names every field that cannot be meant, and still says what the others mean', () => {
    const { spec, problems } = readDraft({
      image: 'Bad Name',
      command: '"',
      entrypoint: '"',
      ports: [
        { host: '', container: '', protocol: 'tcp' },
        { host: '70000', container: '80', protocol: 'tcp' },
      ],
      env: [
        { name: '', value: 'x' },
        { name: 'A', value: '1' },
      ],
      mounts: [
        { kind: 'bind', source: '$PWD', target: '/x', readOnly: false },
        { kind: 'volume', source: 'db', target: 'x', readOnly: false },
      ],
      options: { name: ['-x'], memory: ['lots'], cpus: ['2'], label: ['a=b', ' '] },
    })
    expect(problems).toEqual({
      image: 'imageInvalid',
      command: 'commandInvalid',
      entrypoint: 'commandInvalid',
      'ports.1': 'port',
      'env.0': 'envInvalid',
      'mounts.0': 'mountSource',
      'mounts.1': 'path',
      name: 'name',
      memory: 'size',
    })
    expect(spec).toMatchObject({ cpus: 2, env: { A: '1' }, labels: { a: 'b' } })
  })
})

describe('parseEnvLines', () => {
  it.each([
    ['A=1\nB=2', [row('A', '1'), row('B', '2')]],
    [
      '# note\nexport A="x y"\n\nB=\'z\' # end\r\nC=d#e',
      [row('A', 'x y'), row('B', 'z'), row('C', 'd#e')],
    ],
    ['A="a\\nb"', [row('A', 'a\nb')]],
    ['just words', undefined],
    ['A=1\nnot one', undefined],
    ['', undefined],
  ])('reads %j', (text, rows) => {
    expect(parseEnvLines(text)).toEqual(rows)
  })
})

describe('toRefusedField', () => {
  const spec: RunSpec = {
    image: 'a',
    ports: [
      { containerPort: 80, protocol: 'tcp', hostPort: 80 },
      { containerPort: 81, protocol: 'tcp', hostPort: 81 },
    ],
    mounts: [{ kind: 'bind', source: '/nowhere', target: '/x' }],
  }
  const refused = (message: string) => new AppError('engine-refused', { message })
  it.each<[AppError, string | undefined]>([
    [new AppError('port-taken', { port: '81' }), 'ports.1'],
    [new AppError('container-name-taken', { name: 'web' }), 'name'],
    [new AppError('image-not-found', { image: 'a' }), 'image'],
    [new AppError('input-invalid', { what: 'ports.1.hostPort' }), 'ports.1'],
    [new AppError('input-invalid', { what: 'memoryBytes' }), 'memory'],
    [new AppError('engine-refused', { message: '', field: 'capAdd.0' }), 'cap-add'],
    [refused('network back not found'), 'network'],
    [
      refused('invalid mount config for type "bind": bind source path does not exist: /nowhere'),
      'mounts.0',
    ],
    [refused('exec: "nope": executable file not found in $PATH'), 'command'],
    [refused('something else'), undefined],
    [new AppError('engine-unreachable'), undefined],
  ])('puts %s to its field', (error, field) => {
    expect(toRefusedField(error, spec)).toBe(field)
  })
})

function row(name: string, value: string) {
  return { name, value }
}
