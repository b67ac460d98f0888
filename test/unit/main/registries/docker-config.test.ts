import { describe, expect, test } from 'vitest'
import { linkConfig, readHelpers, unlinkConfig } from '../../../../main/registries/docker-config.ts'

const server = 'ghcr.io'
const link = (text: string | undefined) => {
  const change = linkConfig(text === undefined ? undefined : Buffer.from(text), server)
  return change && { ...change, text: change.bytes.toString() }
}
const helpersOf = (text: string) => Object.fromEntries(readHelpers(Buffer.from(text)) ?? [])

/** Configs of docker as they are found: with what else stands there, in all the ways that JSON can be written. */
const configs = [
  '{}',
  '{ }',
  '{\n}\n',
  '{"auths":{}}',
  '{\n\t"auths": {\n\t\t"ghcr.io": {}\n\t},\n\t"credsStore": "desktop"\n}',
  '{\n  "psFormat": "table {{.ID}}\\t{{.Image}}",\n  "HttpHeaders": { "X-Näme": "ümläut \\u00e9 😀" }\n}\n',
  '{"credHelpers":{}}',
  '{\n\t"credHelpers": {\n\t\t"gcr.io": "gcloud",\n\t\t"eu.gcr.io": "gcloud"\n\t},\n\t"big": 12345678901234567890.10\n}',
  '{"credHelpers":{"ghcr.io":"pass"},"detachKeys":"ctrl-e"}',
  '{\n  "credhelpers" : { "a.example" : "pass" , "ghcr.io" : "Ünsecure" }\n}',
  '{\r\n  "currentContext": "berth",\r\n  "credHelpers": {\r\n    "a": "b"\r\n  }\r\n}\r\n',
]

describe.each(configs)('%j', (text) => {
  test('is linked with all else as it was, and put back to the byte', () => {
    const linked = link(text)
    if (!linked) throw new Error('refused')
    const before = JSON.parse(text) as Record<string, unknown>
    const after = JSON.parse(linked.text) as Record<string, unknown>
    const isHelpers = (key: string) => key.toLowerCase() === 'credhelpers'
    const others = (config: Record<string, unknown>) =>
      Object.entries(config).filter(([key]) => !isHelpers(key))
    expect(others(after)).toEqual(others(before))
    expect(Object.keys(after).filter(isHelpers)).toHaveLength(1)
    expect(helpersOf(linked.text)).toEqual({ ...helpersOf(text), [server]: 'berth' })
    expect(linked.after).toContain('"ghcr.io"')
    expect(unlinkConfig(linked.bytes, server, linked.undo)?.bytes?.toString()).toBe(text)
  })

  test('is put back although docker has written it anew meanwhile', () => {
    const linked = link(text)
    const again = Buffer.from(JSON.stringify(JSON.parse(linked?.text ?? ''), null, '\t'))
    const back = unlinkConfig(again, server, linked?.undo ?? {})?.bytes?.toString() ?? ''
    expect(JSON.parse(back)).toEqual(JSON.parse(text))
  })
})

test('what is written looks as its surroundings do', () => {
  expect(link('{\n\t"auths": {}\n}')?.text).toBe(
    '{\n\t"auths": {},\n\t"credHelpers": {\n\t\t"ghcr.io": "berth"\n\t}\n}',
  )
  expect(link('{"credHelpers": {"a": "b"}}')?.text).toBe(
    '{"credHelpers": {"a": "b","ghcr.io": "berth"}}',
  )
})

test('a file that is not there is made as docker makes it, and nothing is left of it', () => {
  const made = link(undefined)
  expect(made?.text).toBe('{\n\t"credHelpers": {\n\t\t"ghcr.io": "berth"\n\t}\n}\n')
  expect([made?.before, made?.undo]).toEqual(['', { made: 'file' }])
  const back = unlinkConfig(made?.bytes ?? Buffer.of(), server, made?.undo ?? {})
  expect([back?.bytes, back?.after]).toEqual([undefined, ''])
})

test('what others have added to a file of ours stays', () => {
  const text = '{"credHelpers":{"ghcr.io":"berth"},"auths":{}}'
  const back = unlinkConfig(Buffer.from(text), server, { made: 'file' })
  expect(back?.bytes?.toString()).toBe('{"auths":{}}')
  const more = '{"credHelpers":{"ghcr.io":"berth","a":"b"}}'
  const kept = unlinkConfig(Buffer.from(more), server, { made: 'file' })
  expect(kept?.bytes?.toString()).toBe('{"credHelpers":{"a":"b"}}')
})

test('another helper that somebody has named meanwhile stays', () => {
  const text = '{"credHelpers":{"ghcr.io":"pass"}}'
  const back = unlinkConfig(Buffer.from(text), server, { before: 'old' })
  expect(back?.bytes?.toString()).toBe(text)
})

test.each([
  '',
  ' ',
  '[]',
  '"a"',
  '{',
  '{"a":1,}',
  '// a\n{}',
  '{"credHelpers":null}',
  '{"credHelpers":[]}',
])('%j is no config of docker, and nothing is done with it', (text) => {
  expect(link(text)).toBeUndefined()
  expect(unlinkConfig(Buffer.from(text), server, {})).toBeUndefined()
  expect(readHelpers(Buffer.from(text))).toBeUndefined()
})
