import type { Refusal } from '../talk.ts'
import type { FolderMap } from '../../folders/folder-map.ts'

/** What the engine's own socket is called in the guest. */
const engineSocket = '/var/run/docker.sock'

export interface BindSources {
  /** Where Berth's own socket for the engine is on the host. */
  hostSocket: string
  folders: FolderMap | undefined
  /** Words the refusal of a path that is not shared. */
  notShared(path: string): string
  /** Called for a container that is given the guest's root: it may have meant the host's. */
  onRoot(): void
}

/** The path in the guest for a path that was asked on the host. */
export function toGuestPath(source: string, sources: BindSources): string | Refusal {
  if (isEngineSocket(source, sources.hostSocket)) return engineSocket
  if (source === '/') sources.onRoot()
  const found = sources.folders?.toGuest(source)
  if (!found) return source
  if (found.kind !== 'not-shared') return found.path
  return { kind: 'refused', status: 400, message: sources.notShared(source) }
}

/** A path, and not the name of a volume. */
export function isPath(source: string): boolean {
  return /^(\/|\\\\|[A-Za-z]:[\\/])/.test(source)
}

function isEngineSocket(source: string, hostSocket: string): boolean {
  const pipe = (path: string) => path.replaceAll('\\', '/').toLowerCase()
  const names = [hostSocket, engineSocket, '/run/docker.sock']
  return (
    names.includes(source) ||
    pipe(source) === '//./pipe/docker_engine' ||
    (hostSocket.startsWith('\\\\') && pipe(source) === pipe(hostSocket))
  )
}
