import { createFolderMap } from '../../../../main/folders/folder-map.ts'
import { parseRequestHead } from '../../../../main/proxy/http/head.ts'
import { createRules, type RulesOptions } from '../../../../main/proxy/rules.ts'

export const options: RulesOptions = {
  hostSocket: '/run/user/7/berth-1/docker.sock',
  folders: () => undefined,
  hasDevices: () => Promise.resolve(false),
  renamesAll: false,
  notShared: (path) => `no ${path}`,
  portTaken: (port) => `${port} only once`,
  onRoot: () => undefined,
}

const home = createFolderMap(
  [
    { path: '/home/me', readOnly: false },
    { path: '/tmp', readOnly: false },
  ],
  'linux',
)
const aside = home.toGuest('/tmp/x')
export const asidePath = aside.kind === 'shared' ? aside.path : ''
export const linux: RulesOptions = { ...options, folders: () => home }
export const windows: RulesOptions = {
  ...options,
  hostSocket: '\\\\.\\pipe\\berth_engine',
  renamesAll: true,
  folders: () => createFolderMap([{ path: 'C:\\Users\\me', readOnly: false }], 'win32'),
}

export function head(method: string, path: string) {
  const parsed = parseRequestHead(Buffer.from(`${method} ${path} HTTP/1.1\r\n\r\n`))
  if (!parsed) throw new Error('no head')
  return parsed
}

/** What reaches the engine: its text, or the refusal. */
export async function create(
  body: unknown,
  rules = options,
  path = '/v1.47/containers/create?name=x',
) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const verdict = await createRules(rules).request(head('POST', path))?.(Buffer.from(text))
  if (!verdict || verdict.kind === 'unchanged') return text
  return verdict.kind === 'refused' ? verdict.message : verdict.body.toString()
}

export async function made(body: unknown, rules = options): Promise<unknown> {
  return JSON.parse(await create(body, rules))
}

export function told(path: string, body: unknown, rules = options, method = 'GET'): unknown {
  const text = JSON.stringify(body)
  const restore = createRules(rules).answer(head(method, path))
  return JSON.parse((restore?.give(Buffer.from(text)) ?? Buffer.from(text)).toString())
}
