import { describe, expect, it } from 'vitest'
import type { Link } from '#api'
import { createPageLinks, type Frame, isOwnTopFrame } from '../../../../main/electron/link.ts'

const page: Frame = { parent: null, url: 'app://berth/index.html' }

describe('whose message it is', () => {
  it.each<[string, Frame | null, Frame, boolean]>([
    ['our page', page, page, true],
    ['a frame that has gone', null, page, false],
    ['a frame within our page', { parent: page, url: 'app://berth/x.html' }, page, false],
    ['another window’s page', { ...page }, page, false],
    ...['https://berth/', 'app://berth.evil/', 'app://other/', 'file:///berth/', 'about:blank'].map(
      (url): [string, Frame, Frame, boolean] => {
        const foreign = { parent: null, url }
        return [url, foreign, foreign, false]
      },
    ),
  ])('%s', (_name, sender, top, expected) => {
    expect(isOwnTopFrame(sender, top)).toBe(expected)
  })
})

function watchLinks() {
  const served: { link: Link; heard: string[]; closed: boolean }[] = []
  const sent: string[] = []
  const links = createPageLinks(
    (link) => {
      const entry = { link, heard: [] as string[], closed: false }
      link.onMessage((text) => entry.heard.push(text))
      link.onClose(() => (entry.closed = true))
      served.push(entry)
    },
    (text) => sent.push(text),
  )
  return { links, served, sent }
}

describe('the links of a window', () => {
  it('begin with a page’s first message and carry all of them', () => {
    const { links, served } = watchLinks()
    expect(served).toHaveLength(0)
    links.receive('one')
    links.receive('two')
    expect(served.map(({ heard }) => heard)).toEqual([['one', 'two']])
  })

  it('end with their page, and nothing of an old one reaches the next', () => {
    const { links, served, sent } = watchLinks()
    links.receive('old')
    links.end()
    links.receive('new')
    expect(served.map(({ closed }) => closed)).toEqual([true, false])
    served[0]?.link.send('late')
    served[1]?.link.send('answer')
    expect(sent).toEqual(['answer'])
  })

  it('end once', () => {
    const { links, served } = watchLinks()
    links.receive('one')
    links.end()
    links.end()
    expect(served).toHaveLength(1)
  })
})
