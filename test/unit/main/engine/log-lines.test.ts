import { describe, expect, test } from 'vitest'
import { createFrameReader } from '../../../../main/engine/frames.ts'
import { createLineReader } from '../../../../main/engine/log-lines.ts'

const frame = (source: number, text: string) => {
  const payload = Buffer.from(text)
  const header = Buffer.from([source, 0, 0, 0, 0, 0, 0, 0])
  header.writeUInt32BE(payload.length, 4)
  return Buffer.concat([header, payload])
}

describe('the engine’s frames', () => {
  test('are taken apart wherever the transport cut them', () => {
    const bytes = Buffer.concat([frame(1, 'out'), frame(2, 'err'), frame(1, 'put')])
    for (let size = 1; size <= bytes.length; size += 1) {
      const read = createFrameReader()
      const texts = { stdout: '', stderr: '' }
      for (let at = 0; at < bytes.length; at += size) {
        for (const { source, bytes: part } of read(bytes.subarray(at, at + size))) {
          texts[source] += part.toString()
        }
      }
      expect(texts, `cut at every ${size}`).toEqual({ stdout: 'output', stderr: 'err' })
    }
  })

  test('of one source that come together are one piece, in the order of the sources', () => {
    const bytes = Buffer.concat([
      frame(1, 'a\n'),
      frame(1, 'b\n'),
      frame(2, 'c\n'),
      frame(1, 'd\n'),
    ])
    const pieces = createFrameReader()(bytes).map(({ source, bytes: part }) => [
      source,
      part.toString(),
    ])
    expect(pieces).toEqual([
      ['stdout', 'a\nb\n'],
      ['stderr', 'c\n'],
      ['stdout', 'd\n'],
    ])
  })

  test('of one long line lose the times between them; what a new start writes is a new line', () => {
    const at = (second: number) => `2024-05-01T10:00:0${second}.000000000Z `
    const long = 'x'.repeat(16 * 1024)
    const bytes = Buffer.concat([
      frame(1, `${at(0)}${long}`),
      frame(2, `${at(1)}meanwhile\n`),
      frame(1, `${at(2)}${long}`),
      frame(1, `${at(3)}end\n`),
      frame(1, `${at(4)}no line feed at its end`),
      frame(1, `${at(5)}started anew\n`),
    ])
    for (const size of [1, 7, 4096, bytes.length]) {
      const read = createFrameReader()
      const texts = { stdout: '', stderr: '' }
      for (let from = 0; from < bytes.length; from += size) {
        for (const { source, bytes: part } of read(bytes.subarray(from, from + size)))
          texts[source] += part.toString()
      }
      expect(texts.stderr).toBe(`${at(1)}meanwhile\n`)
      expect(texts.stdout.split('\n').map((line) => line.replace(/x+/, 'x…'))).toEqual([
        `${at(0)}x…end`,
        `${at(4)}no line feed at its end`,
        `${at(5)}started anew`,
        '',
      ])
    }
  })

  test('without a payload give nothing', () => {
    const read = createFrameReader()
    expect(read(Buffer.concat([frame(1, ''), frame(1, 'x')]))).toHaveLength(1)
  })
})

describe('lines', () => {
  test('that are cut within a character come whole', () => {
    const reader = createLineReader('stdout')
    const bytes = Buffer.from('容器\n名')
    const lines = [...bytes].flatMap((byte) => reader.read(Buffer.from([byte])))
    expect([...lines, ...reader.end()].map(({ text }) => text)).toEqual(['容器', '名'])
  })

  test('lose the engine’s timestamp to a field of its own', () => {
    const [line] = createLineReader('stderr').read(
      Buffer.from('2026-11-21T10:00:00.123456789Z hello world\r\n'),
    )
    expect(line).toEqual({
      source: 'stderr',
      text: 'hello world',
      at: '2026-11-21T10:00:00.123456789Z',
    })
  })

  test.each([
    ['2026-11-21T10:00:00Z x', '2026-11-21T10:00:00Z', 'x'],
    ['2026-11-21T10:00:00.5+08:00  two', '2026-11-21T10:00:00.5+08:00', ' two'],
    ['2026-11-21T10:00:00.123456789Z ', '2026-11-21T10:00:00.123456789Z', ''],
    ['2026-11-21 10:00:00 x', undefined, '2026-11-21 10:00:00 x'],
    ['abcd-ef-ghTij:kl:mnopqrs x', undefined, 'abcd-ef-ghTij:kl:mnopqrs x'],
    ['', undefined, ''],
  ])('%j has the time %s', (line, at, text) => {
    const [found] = createLineReader('stdout').read(Buffer.from(`${line}\n`))
    expect(found).toEqual({ source: 'stdout', text, ...(at !== undefined && { at }) })
  })

  test('without an end are bounded', () => {
    const reader = createLineReader('stdout')
    for (let round = 0; round < 100; round += 1) reader.read(Buffer.alloc(64 * 1024, 'x'))
    expect(reader.end()[0]?.text.length).toBeLessThanOrEqual(64 * 1024)
  })

  test('that are no UTF-8 become readable text', () => {
    const [line] = createLineReader('stdout').read(Buffer.from([0xff, 0x61, 0x0a]))
    expect(line?.text).toBe('\uFFFDa')
  })
})
