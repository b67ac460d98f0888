import { describe, expect, test } from 'vitest'
import { parseNoProxy } from '../../../../main/network/no-proxy.ts'
import { parseProxy, toShown } from '../../../../main/network/proxy-server.ts'
import { parseSystemAnswer } from '../../../../main/network/system-answer.ts'

describe('the address of a proxy', () => {
  test.each([
    ['proxy.example:3128', 'http://proxy.example:3128'],
    ['http://proxy.example', 'http://proxy.example:80'],
    ['https://proxy.example', 'https://proxy.example:443'],
    ['https://proxy.example:80/', 'https://proxy.example:80'],
    ['socks5h://127.0.0.1', 'socks5://127.0.0.1:1080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['http://mia:p%40ss@proxy.example:1', 'http://proxy.example:1'],
  ])('is read, and shown without its login: %s', (text, shown) => {
    const proxy = parseProxy(text)
    expect(proxy && toShown(proxy)).toBe(shown)
  })

  test('has a login, as it was before it was written into an address', () => {
    const login = { username: 'mia', password: 'p@s:s' }
    expect(parseProxy('http://mia:p%40s%3As@proxy.example:1')).toMatchObject({ login })
  })

  test.each([
    ...['', 'http://', 'ftp://a.example', 'http://a.example/path', 'http://a.example:99999'],
    ...['http://a b', 'http://user:50%off@proxy:8080', 'http://a.example?x', 'socks4://a:1'],
  ])('is none that we can use: %s', (text) => expect(parseProxy(text)).toBeUndefined())
})

describe('what is reached without a proxy', () => {
  test.each([
    ['example.com', 'https://example.com/', true],
    ['example.com', 'https://a.b.example.com/', true],
    ['example.com', 'https://badexample.com/', false],
    ['EXAMPLE.com', 'https://Example.COM/', true],
    ['.example.com', 'https://example.com/', false],
    ['.example.com', 'https://a.example.com/', true],
    ['*.example.com', 'https://a.example.com/', true],
    ['*.example.com', 'https://example.com/', false],
    ['*', 'https://anything.example/', true],
    ['example.com:5000', 'https://example.com:5000/', true],
    ['example.com:5000', 'https://example.com/', false],
    ['example.com:443', 'https://example.com/', true],
    ['example.com:80', 'http://example.com/', true],
    ['10.0.0.0/8', 'https://10.200.3.4/', true],
    ['10.0.0.0/8', 'https://11.0.0.1/', false],
    ['10.0.0.0/8', 'https://ten.example/', false],
    ['192.168.1.7', 'http://192.168.1.7:8080/', true],
    ['fd00::/8', 'https://[fd00::1]/', true],
    ['[fd00::1]:5000', 'https://[fd00::1]:5000/', true],
    ['fd00::1', 'https://[fd00::1]/', true],
    ['a.example, b.example;c.example d.example', 'https://c.example/', true],
    ['a.example, b.example;c.example d.example', 'https://d.example/', true],
    ['FD00:0:0::0001', 'https://[fd00::1]/', true],
    ['[fd00:0::1]:5000', 'https://[fd00::1]:5000/', true],
    ['::ffff:10.0.0.1', 'https://10.0.0.1/', true],
    ['10.0.0.1', 'https://[::ffff:10.0.0.1]/', true],
    ['10.0.0.0/8', 'https://[::ffff:10.0.0.1]/', true],
    ['::ffff:10.0.0.0/104', 'https://10.200.0.1/', true],
    ['::ffff:10.0.0.0/104', 'https://11.0.0.1/', false],
    ['example.com.', 'https://a.example.com/', true],
    ['.example.com.:443', 'https://a.example.com./', true],
    ['münchen.example', 'https://münchen.example/', true],
    ['*.bücher.example:5000', 'https://a.xn--bcher-kva.example:5000/', true],
    ['xn--mnchen-3ya.example', 'https://MÜNCHEN.example/', true],
    ['', 'https://a.example/', false],
  ])('"%s" of %s: %s', (text, url, isIt) => {
    const found = parseNoProxy(text)
    expect(found.wrong).toEqual([])
    expect(found.has(new URL(url))).toBe(isIt)
  })

  test.each([
    ...['http://a.example', '10.0.0.0/33', 'fd00::/129', 'a.example:0', 'a.example:99999'],
    ...['a_*b', '!', '*.', '10.0.0/8', 'a.example:port', '.', 'a..example', 'a.example..'],
    ...['1.2.3.999', '10.0.0', '010.0.0.1', '0x7f.1', '[fd00::1', '[10.0.0.1]', '[a.example]'],
    ...['fe80::1%eth0', 'fd00::1::2', 'fd00::1]', '１.２.３.４', 'ü/b', 'ü@b.example'],
  ])('is not told by %s', (entry) => {
    expect(parseNoProxy(`good.example, ${entry}`).wrong).toEqual([entry])
    expect(parseNoProxy(`good.example, ${entry}`).has(new URL('https://good.example'))).toBe(true)
  })
})

test.each([
  ['DIRECT', ['']],
  ['PROXY a.example:8080', ['http://a.example:8080']],
  [
    'PROXY a:1; HTTPS b:2 ;SOCKS5 c:3; SOCKS d:4; DIRECT',
    ['http://a:1', 'https://b:2', 'socks5://c:3', 'socks5://d:4', ''],
  ],
  ['SOCKS4 a:1', []],
  ['proxy [::1]:8080', ['http://[::1]:8080']],
  ['', []],
  ['PROXY', []],
])('the system answers %s', (answer, shown) => {
  const ways = parseSystemAnswer(answer).map(({ proxy }) => (proxy ? toShown(proxy) : ''))
  expect(ways).toEqual(shown)
})
