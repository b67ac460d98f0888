import { describe, expect, it } from 'vitest'
import { toFileError, toRunError, lastMessage } from '../../../../main/compose/failure.ts'
import { toHostText } from '../../../../main/compose/source.ts'
import { createFolderMap } from '../../../../main/folders/folder-map.ts'
import { parseLine } from '../../../../main/compose/progress.ts'

describe('a line of Compose’s progress', () => {
  it.each([
    ['{"id":"db","text":"Pulling"}', { id: 'db', text: 'Pulling', state: 'working' }],
    ['{"id":"db","text":"Pulled"}', { id: 'db', text: 'Pulled', state: 'done' }],
    [
      '{"id":"8d47a2","parent_id":"db","text":"Downloading","status":"[==\\u003e  ]  1kB/4kB","current":1000,"total":4000,"percent":25}',
      {
        ...{ id: '8d47a2', parent: 'db', text: 'Downloading', state: 'working' },
        ...{ current: 1000, total: 4000 },
      },
    ],
    [
      '{"id":"8d47a2","parent_id":"db","text":"Pull complete","percent":100}',
      { id: '8d47a2', parent: 'db', text: 'Pull complete', state: 'done' },
    ],
    [
      '{"id":"Network shop_default","status":"Removing"}',
      { id: 'Network shop_default', text: 'Removing', state: 'working' },
    ],
    [
      '{"id":"Container shop-web-1","status":"Started"}',
      { id: 'Container shop-web-1', text: 'Started', state: 'done' },
    ],
    [
      '{"id":"Container shop-web-1","status":"Error while Stopping"}',
      { id: 'Container shop-web-1', text: 'Error while Stopping', state: 'failed' },
    ],
  ])('%s', (line, step) => {
    expect(parseLine(line)).toEqual({ kind: 'steps', steps: [step], output: [] })
  })

  it('tells the steps of a build and what they wrote', () => {
    const name = '[web 2/2] RUN make'
    const started = '2026-11-22T10:00:00Z'
    const vertexes = [
      { digest: 'a', name: '[web 1/2] FROM busybox', started, completed: started, cached: true },
      { digest: 'b', name, started, completed: started, error: 'exit code: 3' },
      { digest: 'c', name: 'later' },
    ]
    const logs = [{ vertex: 'b', data: Buffer.from('one\ntwo\n').toString('base64') }]
    expect(parseLine(JSON.stringify({ vertexes, logs }))).toEqual({
      kind: 'steps',
      steps: [
        { id: '[web 1/2] FROM busybox', text: 'Cached', state: 'done' },
        { id: name, text: 'exit code: 3', state: 'failed' },
      ],
      output: ['one', 'two'],
    })
  })

  it('is an error, a warning or text where it is no step', () => {
    expect(parseLine('{"error":true,"message":"no"}')).toEqual({ kind: 'error', message: 'no' })
    expect(
      parseLine('{"level":"warning","msg":"The \\"FOO\\" variable is not set.","time":"2026"}'),
    ).toEqual({ kind: 'warning', message: 'The "FOO" variable is not set.' })
    expect(parseLine('#5 [2/3] RUN make')).toEqual({ kind: 'text', text: '#5 [2/3] RUN make' })
    expect(parseLine('{"half":')).toEqual({ kind: 'text', text: '{"half":' })
  })
})

describe('why Compose failed', () => {
  it('is its last error, before what it wrote last', () => {
    const lines = ['building', '{"error":true,"message":"no such image"}', 'bye']
    expect(lastMessage(lines)).toBe('no such image')
    expect(lastMessage(['building', 'it broke'])).toBe('it broke')
  })

  it.each([
    [
      'Error response from daemon: Bind for 0.0.0.0:80 failed: port is already allocated',
      'port-taken',
    ],
    ['dependency failed to start: container shop-db-1 is unhealthy', 'compose-failed'],
    [
      'Error response from daemon: /srv/x is not in a folder that containers may use. Nothing was made; add the folder under Settings, Shared folders, then try again.',
      'folder-not-shared',
    ],
  ])('%s', (message, code) => {
    expect(toRunError('shop', message, [])).toMatchObject({ code })
  })

  it('is what a build came to, with where it stood below', () => {
    const message = 'Dockerfile:2\n\n---\n\n   2 | >>> RUN make\n\nfailed to solve: exit code: 3\n'
    const { params, details } = toRunError('shop', message, ['one', message])
    expect(params).toEqual({ project: 'shop', message: 'failed to solve: exit code: 3' })
    expect(details).toEqual([
      ...['one', 'Dockerfile:2', '---', '   2 | >>> RUN make', 'failed to solve: exit code: 3'],
    ])
  })

  it('has nothing below that says the same', () => {
    const message = 'Error response from daemon: driver failed.'
    const { params, details } = toRunError('shop', message, [message])
    expect(params).toEqual({ project: 'shop', message: 'driver failed' })
    expect(details).toEqual([])
  })

  it('is told with the paths of this computer', () => {
    const folders = createFolderMap([{ path: '/tmp', readOnly: false }], 'linux')
    const { path } = folders.toGuest('/tmp/my shop/compose.yaml') as { path: string }
    expect(toHostText(`failed to parse ${path}: yaml: line 4`, folders)).toBe(
      'failed to parse /tmp/my shop/compose.yaml: yaml: line 4',
    )
  })

  it('names what is wrong with a file, with its line', () => {
    const stderr = '{"error":true,"message":"yaml: line 4: did not find expected node content"}\n'
    expect(toFileError('/p/compose.yaml', stderr)).toMatchObject({
      code: 'compose-invalid',
      params: {
        path: '/p/compose.yaml',
        message: 'yaml: line 4: did not find expected node content',
      },
    })
  })

  it('says so when a file would fetch a part of itself', () => {
    const message = 'git remote resource is disabled by "COMPOSE_EXPERIMENTAL_GIT_REMOTE"'
    expect(toFileError('/p/a.yaml', JSON.stringify({ error: true, message }))).toMatchObject({
      code: 'compose-remote',
    })
  })
})
