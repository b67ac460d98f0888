import type { FolderMap } from '../folders/folder-map.ts'
import { asideFolder } from '../folders/guest-paths.ts'
import type { RequestHead } from './http/head.ts'
import { type Edit, JsonText, type Span } from './json-text.ts'
import { askedBinds, askedDevice } from './rules/asked-binds.ts'
import { askedPortsOfDetails, askedPortsOfListed } from './rules/asked-ports.ts'
import { binds, volumeDevice } from './rules/binds.ts'
import type { BindSources } from './rules/bind-source.ts'
import { gpuKind, gpus } from './rules/gpus.ts'
import { sayPortTaken } from './rules/port-taken.ts'
import { publishedLabel, publishedPorts } from './rules/published-ports.ts'
import type { Refusal, Rules, Verdict } from './talk.ts'

export interface RulesOptions extends Omit<BindSources, 'folders'> {
  /** The folders of the host that are shared now; none while nothing is. */
  folders(): FolderMap | undefined
  /** Whether the guest has devices of this kind to give, by CDI. */
  hasDevices(kind: string): Promise<boolean>
  /** Words why a port cannot be had twice, for whoever is refused it. */
  portTaken(port: string): string
  /** Whether every shared folder has another name in the guest, and not only those under one folder there. */
  renamesAll: boolean
}

export function createRules(options: RulesOptions): Rules {
  const sources = (): BindSources => ({ ...options, folders: options.folders() })
  const createContainer = async (body: Buffer): Promise<Verdict> => {
    const json = JsonText.parse(body)
    if (!json) return { kind: 'unchanged' }
    const folders = binds(json, sources())
    if (!Array.isArray(folders)) return folders
    const devices = gpus(json)
    const hasGpus = devices.length > 0 && (await options.hasDevices(gpuKind))
    return toVerdict(json, [...publishedPorts(json), ...folders, ...(hasGpus ? devices : [])])
  }
  const createVolume = (body: Buffer): Verdict => {
    const json = JsonText.parse(body)
    return json ? toVerdict(json, volumeDevice(json, sources())) : { kind: 'unchanged' }
  }
  return {
    request(head) {
      if (head.method !== 'POST') return undefined
      const path = pathOf(head)
      if (path === '/containers/create') return createContainer
      return path === '/volumes/create' ? createVolume : undefined
    },
    answer(head) {
      const path = pathOf(head)
      if (head.method === 'POST') return isStart(path) ? sayPortTaken(options) : undefined
      const edits = head.method === 'GET' ? editsOf(path, wantsLabel(head)) : undefined
      if (!edits) return undefined
      return {
        isFor: (status) => status === 200,
        of: path === '/events' ? 'line' : 'body',
        give: (text) => restore(text, edits, options),
      }
    },
  }
}

function isStart(path: string): boolean {
  return /^\/containers\/[^/]+\/(start|restart)$/.test(path)
}

/** The engine overlooks what it does not know in a query. */
function wantsLabel({ target }: RequestHead): boolean {
  return new URLSearchParams(target.split('?')[1]).has(publishedLabel)
}

type Edits = (json: JsonText, folders: FolderMap | undefined) => Edit[]
type EditsOf = (json: JsonText, of: Span | undefined, folders: FolderMap | undefined) => Edit[]

/** What to give back in the answer of this path. */
function editsOf(path: string, keepLabel: boolean): Edits | undefined {
  const ofListed: EditsOf = (json, list, folders) =>
    json
      .items(list)
      .flatMap((item) => [
        ...askedPortsOfListed(json, item, keepLabel),
        ...ifShared(folders, (map) => askedBinds(json, item, map)),
      ])
  if (path === '/containers/json') return (json, folders) => ofListed(json, json.root, folders)
  if (/^\/containers\/[^/]+\/json$/.test(path)) {
    return (json, folders) => [
      ...askedPortsOfDetails(json, json.root, keepLabel),
      ...ifShared(folders, (map) => askedBinds(json, json.root, map)),
    ]
  }
  if (path === '/events') {
    return (json) => {
      const attributes = keepLabel ? undefined : json.find(json.root, 'Actor', 'Attributes')
      return attributes ? json.without(attributes, publishedLabel) : []
    }
  }
  if (path === '/volumes') return ofVolumes
  if (path === '/system/df') {
    return (json, folders) => [
      ...ofListed(json, json.find(json.root, 'Containers'), folders),
      ...ofVolumes(json, folders),
    ]
  }
  if (/^\/volumes\/[^/]+$/.test(path)) {
    return (json, folders) => ifShared(folders, (map) => askedDevice(json, json.root, map))
  }
  return undefined
}

function ofVolumes(json: JsonText, folders: FolderMap | undefined): Edit[] {
  return ifShared(folders, (map) =>
    json.items(json.find(json.root, 'Volumes')).flatMap((item) => askedDevice(json, item, map)),
  )
}

function ifShared(folders: FolderMap | undefined, edits: (map: FolderMap) => Edit[]): Edit[] {
  return folders ? edits(folders) : []
}

function restore(body: Buffer, edits: Edits, options: RulesOptions): Buffer | undefined {
  const folders = options.folders()
  const isRenamed = folders !== undefined && (options.renamesAll || body.includes(asideFolder))
  if (!isRenamed && !body.includes(publishedLabel)) return undefined
  const json = JsonText.trusted(body)
  const made = edits(json, isRenamed ? folders : undefined)
  return made.length > 0 ? json.with(made) : undefined
}

function toVerdict(json: JsonText, edits: Edit[] | Refusal): Verdict {
  if (!Array.isArray(edits)) return edits
  return edits.length > 0 ? { kind: 'rewritten', body: json.with(edits) } : { kind: 'unchanged' }
}

/** As the engine takes it: without the query, and without the API's version, which clients put first. */
function pathOf({ target }: RequestHead): string {
  const [path = ''] = target.replace(/^https?:\/\/[^/]+/, '').split('?')
  try {
    return decodeURIComponent(path).replace(/^\/v[0-9.]+(?=\/)/, '')
  } catch {
    // The engine refuses it.
    return path
  }
}
