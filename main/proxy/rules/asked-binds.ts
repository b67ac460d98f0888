import type { Edit, JsonText, Span } from '../json-text.ts'
import { splitBind } from './binds.ts'
import type { FolderMap } from '../../folders/folder-map.ts'

/** Gives a container's folders the names back that they have on the host; the details and a list's item alike. */
export function askedBinds(json: JsonText, container: Span, folders: FolderMap): Edit[] {
  const hostConfig = json.find(container, 'HostConfig')
  const sources = [
    ...(hostConfig ? json.items(json.find(hostConfig, 'Mounts')) : []),
    ...json.items(json.find(container, 'Mounts')),
  ].flatMap((mount) => {
    const source = json.find(mount, 'Source')
    return source && json.value(json.find(mount, 'Type')) === 'bind' ? [source] : []
  })
  const binds = hostConfig ? json.items(json.find(hostConfig, 'Binds')) : []
  return [
    ...sources.flatMap((span) => rename(json, span, String(json.value(span)), '', folders)),
    ...binds.flatMap((span) => {
      const split = splitBind(String(json.value(span)))
      return split ? rename(json, span, split.source, split.rest, folders) : []
    }),
  ]
}

/** The same for a volume that is a folder under another name. */
export function askedDevice(json: JsonText, volume: Span, folders: FolderMap): Edit[] {
  const device = json.find(volume, 'Options', 'device')
  return device ? rename(json, device, String(json.value(device)), '', folders) : []
}

function rename(
  json: JsonText,
  span: Span,
  path: string,
  rest: string,
  folders: FolderMap,
): Edit[] {
  const host = path.startsWith('/') ? folders.toHost(path) : path
  return host === path ? [] : [json.replace(span, host + rest)]
}
