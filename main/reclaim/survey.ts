import type { HostBytes, ReclaimItem, ReclaimKind, ReclaimReturns, ReclaimThing } from '#api'
import type { EngineUsage } from './engine-usage.ts'
import type { GuestUsage } from './guest-usage.ts'

/** Something of the plan, with what it takes to remove it. */
export interface SurveyedThing extends ReclaimThing {
  /** Of an image: all its names. */
  tags?: string[]
  /** Of a log: the file that is written was shown as well, and not only the older ones. */
  isCurrent?: boolean
}

export interface SurveyedItem extends Omit<ReclaimItem, 'things' | 'count'> {
  things: SurveyedThing[]
}

export interface Surveyed {
  engine: EngineUsage
  guest: GuestUsage
  host: HostBytes
  returns: ReclaimReturns
}

/** States in which a container has a process, or is about to have one. */
const alive = new Set(['running', 'paused', 'restarting', 'removing'])
/** Below this, what the disk's file has more than its file system uses is the file system's own. */
const spareBytes = 64 * 1024 ** 2

/** All that could be won back, whatever it amounts to. Ticked is what can be had again without anybody's doing. */
export function survey(surveyed: Surveyed): SurveyedItem[] {
  const { engine, guest, host, returns } = surveyed
  const images = findImages(engine)
  const volumes = findVolumes(engine)
  return [
    toItem('containers', findContainers(engine)),
    toItem('dangling-images', images.dangling, true),
    toItem('images', images.named),
    toItem('build-cache', findCache(engine), true),
    toItem('anonymous-volumes', volumes.anonymous),
    toItem('volumes', volumes.named),
    toItem('logs', findLogs(engine, guest)),
    { ...toItem('trim', [], true), bytes: toTrimmable(host.disk, guest.diskUsed, returns) },
    {
      ...{ ...toItem('caches', [], returns.memory), frees: 'memory' },
      bytes: returns.memory ? Math.min(guest.caches, host.memory ?? guest.caches) : 0,
    },
  ]
}

function toItem(kind: ReclaimKind, things: SurveyedThing[], ticked = false): SurveyedItem {
  const largest = things.toSorted((one, other) => other.bytes - one.bytes)
  const bytes = things.reduce((total, thing) => total + thing.bytes, 0)
  return { kind, bytes, things: largest, ticked, frees: 'disk' }
}

function toTrimmable(file: number, used: number, { disk }: ReclaimReturns): number {
  const spare = disk && used > 0 ? file - used : 0
  return spare > spareBytes ? spare : 0
}

function findContainers({ Containers }: EngineUsage): SurveyedThing[] {
  return Containers.filter(({ State }) => !alive.has(State)).map((container) => ({
    ...{ id: container.Id, name: nameOf(container), bytes: container.SizeRw },
  }))
}

function nameOf({ Id, Names }: EngineUsage['Containers'][number]): string {
  return Names[0]?.replace(/^\//, '') ?? Id.slice(0, 12)
}

function findImages({ Images, Containers }: EngineUsage) {
  const used = new Set(Containers.map(({ ImageID }) => ImageID))
  const free = Images.filter(({ Id, Containers: count }) => count <= 0 && !used.has(Id))
  const toThing = (image: (typeof free)[number]): SurveyedThing => {
    const { Id: id, RepoTags: tags, RepoDigests: digests } = image
    const name = tags[0] ?? digests[0] ?? id.replace(/^sha256:/, '').slice(0, 12)
    const bytes = Math.max(0, image.Size - Math.max(0, image.SharedSize))
    return { id, name, bytes, tags, ...(tags.length > 1 && { names: tags }) }
  }
  const isNamed = ({ RepoTags, RepoDigests }: (typeof free)[number]) =>
    RepoTags.length + RepoDigests.length > 0
  return {
    named: free.filter(isNamed).map(toThing),
    dangling: free.filter((image) => !isNamed(image)).map(toThing),
  }
}

/** As the engine prunes without `all`: what an image shares with the cache stays with it, and so does what builds build with. */
function findCache({ BuildCache }: EngineUsage): SurveyedThing[] {
  const kept = new Set(['internal', 'frontend'])
  return BuildCache.filter(({ InUse, Shared, Type }) => !InUse && !Shared && !kept.has(Type)).map(
    ({ ID: id, Description, Size: bytes }) => ({ id, name: Description || id, bytes }),
  )
}

function findVolumes({ Volumes }: EngineUsage) {
  // Who cannot tell whether it is in use, -1, is taken at no word.
  const free = Volumes.filter(({ UsageData }) => UsageData?.RefCount === 0)
  const isAnonymous = ({ Labels }: (typeof free)[number]) =>
    Labels?.['com.docker.volume.anonymous'] !== undefined
  const toThing = ({ Name, UsageData }: (typeof free)[number]): SurveyedThing => ({
    ...{ id: Name, name: Name, bytes: Math.max(0, UsageData?.Size ?? 0) },
  })
  return {
    anonymous: free.filter(isAnonymous).map(toThing),
    named: free.filter((volume) => !isAnonymous(volume)).map(toThing),
  }
}

/** Of a container that runs, only the files that the engine has done with. */
function findLogs({ Containers }: EngineUsage, { logs }: GuestUsage): SurveyedThing[] {
  const byId = new Map(Containers.map((container) => [container.Id, container]))
  const things = new Map<string, SurveyedThing>()
  for (const { container: id, bytes, isOld } of logs) {
    const container = byId.get(id)
    if (bytes === 0 || !container || (!isOld && alive.has(container.State))) continue
    const before = things.get(id)
    things.set(id, {
      ...{ id, name: nameOf(container), bytes: (before?.bytes ?? 0) + bytes },
      isCurrent: !isOld || before?.isCurrent === true,
    })
  }
  return [...things.values()]
}
