import type { ErrorCode, ErrorShape } from '#api'

/** What a line of the guest's console gives away. */
interface Signature {
  pattern: RegExp
  code: ErrorCode
  /** `note`: it was survived. */
  state: 'note' | 'wrong'
}

/**
 * Known faults by what the guest's console says of them; the pattern's group, if it has one, is what the sentence quotes.
 * The kernel's and e2fsck's own words: a new kernel may have others.
 */
export const signatures: readonly Signature[] = [
  { pattern: /Kernel panic - not syncing: (.*)/, code: 'console-panic', state: 'wrong' },
  { pattern: /berth: failed disk: (.*)/, code: 'console-data-disk', state: 'wrong' },
  {
    pattern: /berth: failed boot: (.*)|SQUASHFS error: (.*)/,
    code: 'console-system-disk',
    state: 'wrong',
  },
  {
    pattern: /berth: failed engine: (.*)|berth: engine stays down: (.*)/,
    code: 'console-engine',
    state: 'wrong',
  },
  { pattern: /berth: failed sshd: (.*)/, code: 'console-sshd', state: 'wrong' },
  {
    pattern: /(?:I\/O error, dev \S+, .*|EXT4-fs error.*)/,
    code: 'console-disk-error',
    state: 'wrong',
  },
  {
    pattern: /(?:^|\] )Out of memory: Killed process \d+ \(([^)]*)\)/,
    code: 'guest-out-of-memory',
    state: 'note',
  },
  {
    pattern: /(BUG: soft lockup.*|task \S+ blocked for more than .*|rcu: INFO: .* stalls? .*)/,
    code: 'console-starved',
    state: 'note',
  },
]

export interface Explained {
  state: 'note' | 'wrong'
  error: ErrorShape
  evidence: string[]
}

/** The first known fault of each kind on a console, the gravest first; a kind is told once, with all its lines. */
export function explainConsole(lines: readonly string[]): Explained[] {
  const found = signatures.flatMap(({ pattern, code, state }) => {
    const evidence = lines.filter((line) => pattern.test(line))
    const [first] = evidence
    if (first === undefined) return []
    const groups: (string | undefined)[] = pattern.exec(first)?.slice(1) ?? []
    const said = groups.find((group) => group !== undefined)
    return [
      { state, error: { code, params: { said: said ?? first } }, evidence: evidence.slice(-5) },
    ]
  })
  return found.toSorted((a, b) => Number(a.state === 'note') - Number(b.state === 'note'))
}
