import type { Machine } from '#vm'
import { askMachine } from '../machine/errors.ts'

const program = '/usr/lib/berth/engine-settings'
const usualMs = 60_000
/** What stopping an engine takes at most, and asking it. */
const besidesMs = 60_000

/** What came of it: `refused` before or after the engine tried them; `lost`: it answers with nothing any more. */
export interface GuestAnswer {
  outcome: 'done' | 'refused' | 'lost'
  /** The engine's own words; empty when it has none. */
  said: string
}

/** The machine's part in it; see vm/image/rootfs/usr/lib/berth/engine-settings. */
export function createGuestPart(machine: Pick<Machine, 'exec'>) {
  const ask = async (words: string[], input: string, patienceMs = usualMs) => {
    const signal = AbortSignal.timeout(patienceMs)
    return askMachine(() => machine.exec([program, ...words], { input, signal }))
  }
  const tell = async (
    words: string[],
    input: string,
    patienceMs?: number,
  ): Promise<GuestAnswer> => {
    const { code, stderr } = await ask(words, input, patienceMs)
    const said = String(stderr).trim().split('\n').at(-1) ?? ''
    if (code === 0) return { outcome: 'done', said: '' }
    return { outcome: code === 4 ? 'lost' : 'refused', said: toReason(said) }
  }
  return {
    check: (text: string) => tell(['check'], text),
    reload: (text: string) => tell(['reload'], text),
    /** @param seconds how long the engine may take to answer: with these, and then with the former ones */
    restart: (text: string, seconds: number) =>
      tell(['restart', String(seconds)], text, 2 * seconds * 1000 + besidesMs),
    /** What has become of settings that were given to the machine: `other` for those that never were. */
    state: async (text: string) => String((await ask(['state'], text)).stdout).trim(),
    /** Whether any container runs: each has its shim. */
    hasContainers: async () => {
      const signal = AbortSignal.timeout(usualMs)
      const { code } = await askMachine(() =>
        machine.exec(['pidof', 'containerd-shim-runc-v2'], { signal }),
      )
      return code === 0
    },
    why: async () => toReason(String((await ask(['why'], '')).stdout).trim()),
  }
}

export type GuestPart = ReturnType<typeof createGuestPart>

/** Without what stands around it: the file that is only the machine's, the time, the level. */
function toReason(said: string): string {
  return said
    .replace(/^unable to configure the Docker daemon with file \S+: /, '')
    .replace(/^merged configuration validation from file and command line flags failed: /, '')
    .replace(/^time="[^"]*" level=\w+ msg="((?:[^"\\]|\\.)*)".*$/, '$1')
    .replace(/^failed to start daemon: /, '')
    .replaceAll('\\"', '"')
}
