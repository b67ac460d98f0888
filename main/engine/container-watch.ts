import { AppError, type ContainerDetails, stream } from '#api'
import type { EngineChanges, EngineEvent } from './changes.ts'
import type { EngineClient } from './client.ts'
import { toDetails } from './container-details.ts'
import { isContainerNews } from './container-events.ts'

/** One container in full, and again after each event that names it; events that come meanwhile share the next look. */
export function watchContainer(
  client: EngineClient,
  changes: EngineChanges,
  id: string,
): AsyncIterable<ContainerDetails> {
  return stream<ContainerDetails>(async (push, signal) => {
    const found: { id: string | undefined } = { id: undefined }
    using news = listenTo(changes, () => found.id)
    signal.addEventListener('abort', news.wake)
    for (;;) {
      const details = await look(client, id, found.id !== undefined)
      if (!details) return
      found.id = details.id
      await push(details)
      if (!signal.aborted) await news.wait()
      if (signal.aborted) return
    }
  }, 1)
}

/** Undefined for one that is gone, if it was there before. */
async function look(client: EngineClient, id: string, seen: boolean) {
  const path = `/containers/${id}/json`
  try {
    return toDetails(await client.text({ path, doing: { container: id } }))
  } catch (error) {
    if (seen && error instanceof AppError && error.code === 'container-missing') return undefined
    throw error
  }
}

/** Until it is known which container was meant, every event may be about it. */
function listenTo(changes: EngineChanges, wanted: () => string | undefined) {
  const state = { fresh: false, wake: () => undefined as unknown }
  const tell = () => {
    state.fresh = true
    state.wake()
  }
  const onContainer = (event: EngineEvent) => {
    if (event.id === (wanted() ?? event.id) && isContainerNews(event)) tell()
  }
  const onNetwork = ({ attributes }: EngineEvent) => {
    const named = attributes['container']
    if (named !== undefined && named === (wanted() ?? named)) tell()
  }
  changes.on('container', onContainer)
  changes.on('network', onNetwork)
  changes.on('resync', tell)
  return {
    wake: () => void state.wake(),
    async wait() {
      if (!state.fresh) await new Promise<void>((resolve) => (state.wake = resolve))
      state.fresh = false
    },
    [Symbol.dispose]() {
      changes.off('container', onContainer)
      changes.off('network', onNetwork)
      changes.off('resync', tell)
    },
  }
}
