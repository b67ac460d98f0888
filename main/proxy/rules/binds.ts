import type { Edit, JsonText, Span } from '../json-text.ts'
import type { Refusal } from '../talk.ts'
import { type BindSources, isPath, toGuestPath } from './bind-source.ts'

/** Brings the host's paths that a container is to be given to what they are called in the guest. */
export function binds(json: JsonText, sources: BindSources): Edit[] | Refusal {
  const hostConfig = json.find(json.root, 'HostConfig')
  if (!hostConfig) return []
  const mounts = json.items(json.find(hostConfig, 'Mounts'))
  const found = [
    ...json.items(json.find(hostConfig, 'Binds')).map((span) => readBind(json, span)),
    ...mounts.map((mount) => readMount(json, mount)),
    ...mounts.map((mount) =>
      readDevice(json, json.find(mount, 'VolumeOptions', 'DriverConfig', 'Options')),
    ),
  ]
  return rewrite(json, found, sources)
}

/** The same for a volume that is a folder under another name. */
export function volumeDevice(json: JsonText, sources: BindSources): Edit[] | Refusal {
  return rewrite(json, [readDevice(json, json.find(json.root, 'DriverOpts'))], sources)
}

/** `source:target:options`; a source of Windows has a colon of its own. */
export function splitBind(bind: string): { source: string; rest: string } | undefined {
  const [, source, rest] =
    /^((?:\\\\\?\\)?[A-Za-z]:[\\/][^:]*)(:\/.*)$/s.exec(bind) ?? /^([^:]*)(:.*)$/s.exec(bind) ?? []
  return source !== undefined && rest !== undefined ? { source, rest } : undefined
}

/** A path of the host, the text that holds it, and what is after it there. */
interface Source {
  span: Span
  source: string
  rest: string
}

function rewrite(
  json: JsonText,
  found: (Source | undefined)[],
  sources: BindSources,
): Edit[] | Refusal {
  const edits: Edit[] = []
  for (const one of found) {
    if (!one || !isPath(one.source)) continue
    const path = toGuestPath(one.source, sources)
    if (typeof path !== 'string') return path
    if (path !== one.source) edits.push(json.replace(one.span, path + one.rest))
  }
  return edits
}

function readBind(json: JsonText, span: Span): Source | undefined {
  const split = splitBind(String(json.value(span)))
  return split && { span, ...split }
}

function readMount(json: JsonText, mount: Span): Source | undefined {
  const span = json.find(mount, 'Source')
  if (!span || json.value(json.find(mount, 'Type')) !== 'bind') return undefined
  return { span, source: String(json.value(span)), rest: '' }
}

function readDevice(json: JsonText, options: Span | undefined): Source | undefined {
  if (!options) return undefined
  const how = json.find(options, 'o')
  const modes = how ? String(json.value(how)).split(',') : []
  const span = json.find(options, 'device')
  if (!span || !(modes.includes('bind') || modes.includes('rbind'))) return undefined
  return { span, source: String(json.value(span)), rest: '' }
}
