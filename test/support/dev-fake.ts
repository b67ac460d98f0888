import { parseArgs } from 'node:util'
import type { Scenario } from './fake-app.ts'
import { startFakeServer } from './fake-server.ts'

/**
 * `npm run dev:fake [-- --scenario many] [--port 4173] [--step 800] [--hold 2] [--taken 8080=nginx] [--fast]`: the window on the real app, over a fake
 * engine and machine. The address is good for any number of visits.
 */
const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'starting' },
    port: { type: 'string', default: '4173' },
    step: { type: 'string', default: '800' },
    hold: { type: 'string' },
    /** `8080=nginx`: a port of this computer that another program has. */
    taken: { type: 'string', multiple: true },
    fast: { type: 'boolean', default: false },
  },
})
const server = await startFakeServer({
  scenario: values.scenario as Scenario,
  port: Number(values.port),
  stepMs: Number(values.step),
  fast: values.fast,
  taken: Object.fromEntries((values.taken ?? []).map((text) => text.split('='))) as Record<
    number,
    string
  >,
  ...(values.hold !== undefined && { holdAt: Number(values.hold) }),
})
process.stdout.write(`${server.url}\n`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server[Symbol.asyncDispose]().then(() => process.exit(0)))
}
