import { type Call, readFilters } from './answers.ts'
import type { EngineEvent } from './store.ts'

/** GET /events: what was since `since`, then what comes, a line each. */
export function sendEvents({ response, query, store, gone }: Call): void {
  const types = readFilters(query).get('type')
  const wanted = ({ Type }: EngineEvent) => !types || types.includes(Type)
  response.writeHead(200, { 'content-type': 'application/json' })
  response.flushHeaders()
  const since = Number(query.get('since') ?? Number.NaN)
  const tell = (event: EngineEvent) => {
    if (wanted(event)) response.write(`${JSON.stringify(event)}\n`)
  }
  for (const event of store.past) if (event.time >= since) tell(event)
  store.on('event', tell)
  gone.addEventListener('abort', () => store.off('event', tell))
}
