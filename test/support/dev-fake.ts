import { parseArgs } from 'node:util'
import type { Scenario } from './fake-api.ts'
import { startFakeServer } from './fake-server.ts'

/** `npm run dev:fake [-- --scenario empty] [--port 4173]`: the window on a fake Api, without a machine. */
const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'starting' },
    port: { type: 'string', default: '4173' },
    hold: { type: 'string' },
  },
})
const server = await startFakeServer({
  scenario: values.scenario as Scenario,
  port: Number(values.port),
  stepMs: 800,
  ...(values.hold !== undefined && { holdAt: Number(values.hold) }),
})
process.stdout.write(`${server.url}\n`)
