import { availableParallelism, totalmem } from 'node:os'
import { z } from 'zod'
import { AppError, type MirrorSetting, type Settings, type SettingsSnapshot } from '#api'
import { defaultShares } from '../folders/default-shares.ts'
import { isAuthority, mostAuthorities } from '../network/authorities.ts'
import { parseNoProxy } from '../network/no-proxy.ts'
import { parseProxy, toShown } from '../network/proxy-server.ts'

export type Limits = SettingsSnapshot['limits']

/** What this computer can give a machine: all cores, all but 1 GiB of its memory. */
export function findLimits(): Limits {
  const memoryMiB = Math.floor(totalmem() / 1024 ** 2)
  return {
    cpus: { min: 1, max: availableParallelism() },
    memoryMiB: { min: 1024, max: Math.max(1024, memoryMiB - 1024) },
    swapMiB: { min: 0, max: 65_536 },
    diskGiB: { min: 8, max: 2048 },
  }
}

/** Half of the computer's cores and a quarter of its memory, within reason. */
export function defaultSettings(limits: Limits): Settings {
  const clamp = (value: number, { min, max }: { min: number; max: number }) =>
    Math.min(max, Math.max(min, Math.floor(value)))
  return {
    language: 'system',
    theme: 'system',
    density: 'comfortable',
    publishTo: 'loopback',
    cpus: clamp(Math.max(2, limits.cpus.max / 2), limits.cpus),
    memoryMiB: clamp(
      Math.min(8192, Math.max(2048, (limits.memoryMiB.max + 1024) / 4)),
      limits.memoryMiB,
    ),
    swapMiB: 1024,
    diskGiB: 64,
    shares: defaultShares(),
    folderTransport: 'sshfs',
    mirrors: [],
    proxyMode: 'system',
    httpProxy: '',
    httpsProxy: '',
    noProxy: '',
    authorities: [],
  }
}

const mirror = z.strictObject({ registry: z.string(), url: z.string(), enabled: z.boolean() })

/** Never with a login: that is kept elsewhere. Written in one way, by which the login is found again. */
const proxy = z
  .string()
  .trim()
  .max(1000)
  .refine((text) => text === '' || parseProxy(text)?.login === undefined)
  .transform((text, context) => {
    const parsed = text === '' ? undefined : parseProxy(text)
    if (text !== '' && !parsed) context.addIssue({ code: 'custom' })
    return parsed ? toShown(parsed) : ''
  })

function settingsSchema(limits: Limits) {
  const whole = ({ min, max }: { min: number; max: number }) => z.number().int().min(min).max(max)
  return z.strictObject({
    language: z.enum(['system', 'en', 'zh-CN']),
    theme: z.enum(['system', 'light', 'dark']),
    density: z.enum(['comfortable', 'compact']),
    publishTo: z.enum(['loopback', 'lan']),
    cpus: whole(limits.cpus),
    memoryMiB: whole(limits.memoryMiB),
    swapMiB: whole(limits.swapMiB),
    diskGiB: whole(limits.diskGiB),
    shares: z.array(z.strictObject({ path: z.string().min(1), readOnly: z.boolean() })).max(100),
    folderTransport: z.enum(['sshfs', 'virtiofs']),
    mirrors: z.array(mirror).max(100),
    proxyMode: z.enum(['system', 'manual', 'direct']),
    httpProxy: proxy,
    httpsProxy: proxy,
    noProxy: z
      .string()
      .trim()
      .max(10_000)
      .refine((text) => parseNoProxy(text).wrong.length === 0),
    authorities: z.array(z.string().refine(isAuthority)).max(mostAuthorities),
  })
}

/**
 * The mirrors of a file that are written as such, and the rest of what stands there, which is somebody's: neither one
 * that a newer Berth knows nor a slip of the hand costs the others.
 */
export function splitMirrors(found: unknown): { written: MirrorSetting[]; others: unknown[] } {
  const all = Array.isArray(found) ? found : found === undefined ? [] : [found]
  const parsed = all.map((one: unknown) => ({ one, ...mirror.safeParse(one) }))
  return {
    written: parsed.flatMap(({ data }) => data ?? []),
    others: parsed.filter(({ success }) => !success).map(({ one }) => one),
  }
}

/**
 * A change as it may be stored; the first wrong key refuses the whole.
 * @throws {AppError} `setting-unknown` with `key`, or `setting-invalid` with `key` and what is allowed
 */
export function parseChange(value: unknown, limits: Limits): Partial<Settings> {
  const parsed = settingsSchema(limits).partial().safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  if (issue?.code === 'unrecognized_keys') {
    throw new AppError('setting-unknown', { key: issue.keys.join(', ') })
  }
  const key = String(issue?.path[0] ?? '')
  throw new AppError('setting-invalid', { key, allowed: allowed(key, limits) })
}

/**
 * The keys and values of the file, whatever they are.
 * @throws {AppError} `input-invalid` for what is no JSON object
 */
export function parseFile(text: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
  } catch (cause) {
    throw new AppError('input-invalid', { what: 'settings.json' }, { cause })
  }
}

/**
 * What is in the file, as far as it may be used today: numbers are brought within the limits of this computer (it may
 * have had more cores yesterday), and keys that are unknown (a newer Berth's) or wrong are left to their defaults.
 */
export function pickUsable(stored: Record<string, unknown>, limits: Limits): Partial<Settings> {
  const used: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(stored)) {
    const found = key === 'mirrors' ? splitMirrors(value).written : value
    const range = Object.entries(limits).find(([name]) => name === key)?.[1]
    const usable =
      range && Number.isInteger(found)
        ? Math.min(range.max, Math.max(range.min, Number(found)))
        : found
    if (
      settingsSchema(limits)
        .partial()
        .safeParse({ [key]: usable }).success
    )
      used[key] = usable
  }
  return settingsSchema(limits).partial().parse(used)
}

/** What a setting may be, in a form that needs no language. */
function allowed(key: string, limits: Limits): string {
  if (key === 'language') return 'system, en, zh-CN'
  if (key === 'theme') return 'system, light, dark'
  if (key === 'density') return 'comfortable, compact'
  if (key === 'publishTo') return 'loopback, lan'
  if (key === 'folderTransport') return 'sshfs, virtiofs'
  if (key === 'shares') return '[{ "path": "…", "readOnly": true | false }, …]'
  if (key === 'mirrors')
    return '[{ "registry": "docker.io", "url": "https://…", "enabled": true | false }, …]'
  if (key === 'proxyMode') return 'system, manual, direct'
  if (key === 'httpProxy' || key === 'httpsProxy')
    return 'http://host:port, https://host:port, socks5://host:port'
  if (key === 'noProxy') return 'example.com, .example.com, 10.0.0.0/8, example.com:8080'
  if (key === 'authorities') return '["-----BEGIN CERTIFICATE-----…", …]'
  const range = Object.entries(limits).find(([name]) => name === key)?.[1]
  return range ? `${range.min}–${range.max}` : '{ … }'
}

/** Text given on a command line, as the setting's own type: digits become a number, brackets a list in JSON. */
export function parseSettingText(text: string): unknown {
  if (text.startsWith('[')) return parseList(text)
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

/** What is no JSON stays text, which the setting then refuses with what it allows. */
function parseList(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
