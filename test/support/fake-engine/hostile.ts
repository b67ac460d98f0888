import { fixedLog } from './log-plan.ts'
import { addContainer, addImage, addOwnNetworks, addVolume, hour } from './make.ts'
import type { EngineStore } from './store.ts'

/** Runs if any of it is ever taken for markup. */
const markup = '<img src=x onerror="window.breached=1"><script>window.breached=1</script>'

const escape = '\u001b'
const bell = '\u0007'

/** What terminals obey and a log must not: titles, the clipboard, replies, links, other screens. */
const terminalCorpus = [
  `${escape}]0;owned title${bell}after the title`,
  `${escape}]52;c;b3duZWQ=${bell}after the clipboard`,
  `${escape}]8;;javascript:window.breached=1${escape}\\link${escape}]8;;${escape}\\`,
  `${escape}]7;file:///etc/passwd${bell}after the folder`,
  `${escape}]50;#9${bell}after the font`,
  `${escape}P$q"p${escape}\\after DECRQSS`,
  `${escape}[6n${escape}[c${escape}[21tafter the reports`,
  `${escape}[?1049h${escape}[2J${escape}[Hafter the other screen`,
  `${escape}[31mred ${escape}[1;32mgreen ${escape}[38;5;208morange ${escape}[48;2;1;2;3mtrue${escape}[0m plain`,
  `one\rtwo overwrites`,
  `\u202Egnirts\u202C after the bidi override`,
  `zero\u200Bwidth\u2060and\uFEFFmarks`,
  `👩‍👩‍👧‍👦 家族 é\u0301\u0301\u0301`,
]

const other = [
  '{{ 7*7 }} ${7*7} @:link.me {count} | plural',
  "'; DROP TABLE containers; --",
  'javascript:window.breached=1',
  '__proto__',
  '"><svg/onload=window.breached=1>',
]

/** One engine that says everything that a page must take for text. */
export function fillHostile(store: EngineStore): void {
  addOwnNetworks(store)
  const image = addImage(store, {
    tags: ['hostile:latest'],
    seed: 'hostile',
    size: 12_000_000,
    age: hour,
    labels: { note: markup, '{{ 7*7 }}': '@:link.me', constructor: 'x', __proto__x: 'y' },
    layers: [
      { createdBy: `RUN echo '${markup}'`, size: 1000, comment: markup },
      { createdBy: terminalCorpus.join(' '), size: 0, comment: '{{ 7*7 }}' },
    ],
    config: { env: [`EVIL=${markup}`], command: ['sh', '-c', markup] },
  })
  // The engine's own names are plain; tags of others' making need not be.
  addImage(store, { tags: [`${markup}:latest`], seed: 'tag', size: 1, age: hour })
  addVolume(store, `evil${markup}`, hour, 1)
  const common = { image: 'hostile:latest', imageId: image.id, age: hour }
  addContainer(store, {
    ...{ name: 'hostile', ...common },
    command: ['sh', '-c', markup],
    env: [`HTML=${markup}`, ...other.map((text, at) => `E${at}=${text}`), 'NUL=a\u0000b', 'EMPTY='],
    labels: {
      'com.docker.compose.project': markup,
      'com.docker.compose.service': `{{ 7*7 }} \u202Egnirts`,
      [markup]: markup,
      long: 'x'.repeat(10_240),
    },
    mounts: [{ Type: 'bind', Source: `/tmp/${markup}`, Destination: `/mnt/${markup}`, RW: true }],
    health: {
      status: 'unhealthy',
      failingStreak: 3,
      log: [{ at: Date.now(), exitCode: 1, output: markup }],
    },
    error: markup,
    changes: [{ Path: `/tmp/${markup}`, Kind: 1 }],
    log: fixedLog([
      markup,
      ...other,
      ...terminalCorpus,
      Buffer.from([0x66, 0x00, 0xff, 0xfe, 0xc3, 0x28, 0x0a - 1]),
      'y'.repeat(70_000),
      'the last line',
    ]),
  })
  for (const [index, text] of [...other, ...terminalCorpus].entries()) {
    addContainer(store, { name: `${text.slice(0, 60)} ${index}`, ...common })
  }
  addContainer(store, { name: 'n'.repeat(255), ...common })
}
