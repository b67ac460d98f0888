import { AppError, dockerHub, type ErrorShape, type MirrorSetting, toRegistryName } from '#api'
import {
  isLoopbackRegistry,
  isRegistryName,
  toMirrorBase,
  withoutSecrets,
} from '../registry/base-url.ts'

type Named = Pick<MirrorSetting, 'registry' | 'url'>

/** @throws {AppError} `mirror-url-invalid`, `mirror-registry-invalid`, `mirror-there` */
export function addMirror(
  list: readonly MirrorSetting[],
  { registry, url }: Named,
): MirrorSetting[] {
  const mirror = { registry: toRegistryName(registry), url: url.trim(), enabled: true }
  checkMirror(mirror)
  if (list.some((one) => isSame(one, mirror)))
    throw new AppError('mirror-there', { url: mirror.url, registry: mirror.registry })
  return [...list, mirror]
}

/** @throws {AppError} `mirror-missing` */
export function removeMirror(list: readonly MirrorSetting[], mirror: Named): MirrorSetting[] {
  find(list, mirror)
  return list.filter((one) => !isSame(one, mirror))
}

/** @throws {AppError} `mirror-missing` */
export function enableMirror(
  list: readonly MirrorSetting[],
  mirror: Named,
  enabled: boolean,
): MirrorSetting[] {
  find(list, mirror)
  return list.map((one) => (isSame(one, mirror) ? { ...one, enabled } : one))
}

/** The mirrors of one registry in the order of `urls`, then those that it does not name; all others stay as they are. */
export function orderMirrors(
  list: readonly MirrorSetting[],
  registry: string,
  urls: readonly string[],
): MirrorSetting[] {
  const place = ({ url }: MirrorSetting) => {
    const found = urls.indexOf(url)
    return found < 0 ? urls.length : found
  }
  const isOwn = (one: MirrorSetting) => toRegistryName(one.registry) === toRegistryName(registry)
  const own = list.filter(isOwn).toSorted((a, b) => place(a) - place(b))
  return list.map((one) => (isOwn(one) ? (own.shift() ?? one) : one))
}

/**
 * Whether mirrors can be stored as they are: also those of a settings file that somebody has edited.
 * @throws {AppError} `mirror-url-invalid`, `mirror-registry-invalid`
 */
export function checkMirror({ registry, url }: Named): void {
  toMirrorBase(url)
  if (!isRegistryName(registry) || isLoopbackRegistry(registry))
    throw new AppError('mirror-registry-invalid', { registry })
}

/** Those that can be asked, each under the one name of its registry. */
export function toUsableMirrors(list: readonly MirrorSetting[]): MirrorSetting[] {
  return list
    .filter(isUsableMirror)
    .map((one) => ({ ...one, registry: toRegistryName(one.registry) }))
}

/** Whether a mirror can be asked, wherever it was written down. */
export function isUsableMirror(mirror: Named): boolean {
  try {
    checkMirror(mirror)
    return true
  } catch {
    return false
  }
}

/** Why those of the settings file that cannot be asked are passed over. */
export function whyUnusable(
  mirrors: readonly MirrorSetting[],
  others: readonly unknown[],
): ErrorShape[] {
  const tell = (one: unknown, why: 'shape' | 'url' | 'registry') =>
    new AppError(`mirror-kept-${why}`, { what: withoutSecrets(JSON.stringify(one)) }).toShape()
  const unusable = mirrors.filter((one) => !isUsableMirror(one))
  return [
    ...unusable.map((one) => tell(one, isMirrorUrl(one.url) ? 'registry' : 'url')),
    ...others.map((one) => tell(one, 'shape')),
  ]
}

function isMirrorUrl(url: string): boolean {
  return isUsableMirror({ registry: dockerHub, url })
}

function find(list: readonly MirrorSetting[], mirror: Named): void {
  if (!list.some((one) => isSame(one, mirror)))
    throw new AppError('mirror-missing', { url: mirror.url, registry: mirror.registry })
}

/** Two ways of writing one address, or one registry, are one mirror. */
function isSame(a: Named, b: Named): boolean {
  const isOne = toRegistryName(a.registry) === toRegistryName(b.registry)
  return isOne && (a.url === b.url || baseOf(a) === baseOf(b))
}

function baseOf({ url }: Named): string {
  try {
    return toMirrorBase(url)
  } catch {
    return url
  }
}
