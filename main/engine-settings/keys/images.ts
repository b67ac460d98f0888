import { isMirror, isRegistry, isUrl } from '../formats.ts'
import { form, record, text } from '../rule.ts'
import { keysOf, type KeyRow } from './key-row.ts'

const { listKey, wholeKey, mapKey } = keysOf('images')

const proxy = form((value) => isUrl(value, ['http:', 'https:', 'socks5:']), 'http://proxy:3128')
const most = 1000

/** Where images come from. */
export const imageKeys: readonly KeyRow[] = [
  listKey('registry-mirrors', form(isMirror, 'https://mirror.example'), { isLive: true }),
  listKey('insecure-registries', form(isRegistry, 'registry.example:5000, 10.0.0.0/8'), {
    isLive: true,
  }),
  mapKey('proxies', record({ 'http-proxy': proxy, 'https-proxy': proxy, 'no-proxy': text })),
  wholeKey('max-concurrent-downloads', [1, most], { standard: 3, isLive: true }),
  wholeKey('max-concurrent-uploads', [1, most], { standard: 5, isLive: true }),
  wholeKey('max-download-attempts', [1, most], { standard: 5, isLive: true }),
]
