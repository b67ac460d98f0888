import { expect, test } from 'vitest'
import { parseRunSpec, toCreateOptions } from '../../../../main/engine/run-spec.ts'

test('a run becomes the engine’s request', () => {
  const spec = parseRunSpec({
    image: 'nginx',
    name: 'web',
    env: { A: '1', B: 'x=y' },
    ports: [
      { containerPort: 80, protocol: 'tcp', hostPort: 8080, hostIp: '127.0.0.1' },
      { containerPort: 80, protocol: 'tcp' },
    ],
    restart: 'always',
  })
  expect(toCreateOptions(spec)).toEqual({
    Image: 'nginx',
    name: 'web',
    Env: ['A=1', 'B=x=y'],
    ExposedPorts: { '80/tcp': {} },
    HostConfig: {
      PortBindings: {
        '80/tcp': [
          { HostIp: '127.0.0.1', HostPort: '8080' },
          { HostIp: '', HostPort: '' },
        ],
      },
      RestartPolicy: { Name: 'always' },
    },
  })
})

test.each([
  [{ image: '' }, 'image'],
  [{ image: 'a', name: '-x' }, 'name'],
  [{ image: 'a', ports: [{ containerPort: 0, protocol: 'tcp' }] }, 'ports.0.containerPort'],
  [
    { image: 'a', ports: [{ containerPort: 1, protocol: 'tcp', hostPort: 65536 }] },
    'ports.0.hostPort',
  ],
  [{ image: 'a', privileged: true }, ''],
  ['text', ''],
])('%j is refused by its first wrong field', (spec, what) => {
  expect(() => parseRunSpec(spec)).toThrow(
    expect.objectContaining({ code: 'input-invalid', params: { what } }),
  )
})
