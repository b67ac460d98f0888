import { describe, expect, it } from 'vitest'
import { splitCommand } from '../../../../renderer/views/run/command-line.ts'
import { createDraft, toField, toRunSpec } from '../../../../renderer/views/run/run-draft.ts'

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

describe('toRunSpec', () => {
  it('asks for no more than was typed', () => {
    expect(toRunSpec(createDraft(' nginx '))).toEqual({
      ok: true,
      spec: { image: 'nginx', restart: 'no' },
    })
  })

  it('takes everything over, without empty rows', () => {
    const check = toRunSpec({
      image: 'nginx',
      name: 'web',
      command: 'nginx -g "daemon off;"',
      ports: [
        { host: '8080', container: '80', protocol: 'tcp' },
        { host: '', container: '53', protocol: 'udp' },
        { host: ' ', container: '', protocol: 'tcp' },
      ],
      env: [
        { name: 'A', value: 'x=y' },
        { name: '', value: '' },
      ],
      restart: 'always',
    })
    expect(check).toEqual({
      ok: true,
      spec: {
        image: 'nginx',
        name: 'web',
        command: ['nginx', '-g', 'daemon off;'],
        ports: [
          { containerPort: 80, protocol: 'tcp', hostPort: 8080 },
          { containerPort: 53, protocol: 'udp' },
        ],
        env: { A: 'x=y' },
        restart: 'always',
      },
    })
  })

  it('names every field that cannot be meant', () => {
    const check = toRunSpec({
      image: '',
      name: '-x',
      command: '"',
      ports: [{ host: '70000', container: '80', protocol: 'tcp' }],
      env: [{ name: '', value: 'x' }],
      restart: 'no',
    })
    expect(check).toEqual({
      ok: false,
      problems: {
        image: 'imageNeeded',
        name: 'nameInvalid',
        command: 'commandInvalid',
        ports: 'portInvalid',
        env: 'envInvalid',
      },
    })
  })

  it.each(['0', 'x', '1.5', '-1', '65536'])('refuses port %s', (container) => {
    const ports = [{ host: '', container, protocol: 'tcp' as const }]
    expect(toRunSpec({ ...createDraft('a'), ports }).ok).toBe(false)
  })

  it('puts a refusal to the field that caused it', () => {
    expect(toField('port-taken')).toBe('ports')
    expect(toField('container-name-taken')).toBe('name')
    expect(toField('image-not-found')).toBe('image')
    expect(toField('engine-refused')).toBeUndefined()
  })
})
