import type { ExecResult, Footprint } from '#vm'
import { EngineStore } from './fake-engine/store.ts'
import { isWritten, sumStore } from './fake-engine/system-df.ts'

const mebibyte = 1024 ** 2

/** What a machine's guest and process take, with an engine's store in it; the guest's `reclaim` in memory. */
export class FakeReclaim {
  readonly #store: EngineStore
  /** Of logs by container: of the file that is written, and of older ones. */
  readonly logs = new Map<string, { now: number; old: number }>()
  /** What the guest's files take besides the store, and what the disk's file has in all. */
  ownBytes = 700 * mebibyte
  fileBytes = 0
  memoryBytes = 1_540 * mebibyte
  cacheBytes = 612 * mebibyte
  /** Words of the guest's program that fail. */
  readonly broken = new Set<string>()

  constructor(store: EngineStore = new EngineStore(), trimmable = 0) {
    this.#store = store
    this.fileBytes = this.#used + trimmable
  }

  get #used(): number {
    const logs = this.logs.values().reduce((total, { now, old }) => total + now + old, 0)
    return this.ownBytes + sumStore(this.#store) + logs
  }

  /** Adds a container's log, which takes its place on the disk. */
  addLog(container: string, now: number, old = 0): void {
    this.logs.set(container, { now, old })
    this.fileBytes += now + old
  }

  footprint(): Footprint {
    this.fileBytes = Math.max(this.fileBytes, this.#used)
    return { diskBytes: this.fileBytes, memoryBytes: this.memoryBytes }
  }

  exec([program, what = '']: readonly string[], input: string): ExecResult {
    const answer = (stdout = '', code = 0, stderr = ''): ExecResult => ({
      ...{ code, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) },
    })
    if (program !== '/usr/lib/berth/reclaim') return answer()
    if (this.broken.has(what)) return answer('', 1, `${what}: Input/output error\n`)
    if (what === 'survey') return answer(this.#survey())
    if (what === 'trim') this.fileBytes = this.#used
    if (what === 'logs') return answer(this.#dropLogs(input.split('\n')))
    if (what === 'caches') {
      this.memoryBytes -= Math.round(this.cacheBytes * 0.9)
      this.cacheBytes = Math.round(this.cacheBytes * 0.1)
    }
    return answer()
  }

  #survey(): string {
    const folder = '/var/lib/docker/containers'
    const logs = [...this.logs].flatMap(([id, { now, old }]) => [
      `log ${Math.ceil(now / 512)} ${folder}/${id}/${id}-json.log`,
      ...(old > 0 ? [`log ${Math.ceil(old / 512)} ${folder}/${id}/${id}-json.log.1`] : []),
    ])
    const kibibytes = (bytes: number) => Math.round(bytes / 1024)
    return [
      ...logs,
      `disk /dev/vdb 65792556 ${kibibytes(this.#used)} 53000000  18% /data`,
      `Cached:         ${kibibytes(this.cacheBytes)} kB`,
      'Mapped:         0 kB\n',
    ].join('\n')
  }

  #dropLogs(lines: readonly string[]): string {
    return lines
      .flatMap((line) => {
        const [what, id = ''] = line.split(' ')
        const log = this.logs.get(id)
        if (!log) return []
        const isKept = isWritten(this.#store, id)
        const now = what === 'all' && !isKept ? 0 : log.now
        this.logs.set(id, { now, old: 0 })
        const blocks = Math.round((log.old + log.now - now) / 512)
        return [...(what === 'all' && isKept ? [`kept ${id}`] : []), `freed ${blocks}`]
      })
      .join('\n')
  }
}
