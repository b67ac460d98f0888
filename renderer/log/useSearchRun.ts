import { type ShallowRef, onScopeDispose, shallowRef } from 'vue'
import { createFrame } from '../browser/frame.ts'
import type { LogSearch } from './log-search.ts'
import type { RegexThread } from './regex-thread.ts'

const sliceMs = 8
/** Blocks that are looked through elsewhere at a time. */
const mostParts = 16

/** Has a search done, in slices between which typing and scrolling go on, or in a thread of its own. */
export function useSearchRun(found: ShallowRef<number>) {
  const search = shallowRef<LogSearch>()
  const searching = shallowRef(false)
  const isSlow = shallowRef(false)
  const thread = shallowRef<RegexThread>()
  // Drawing what has been found costs more than a slice of looking for it.
  const told = createFrame(() => (found.value += 1))
  const work = useSlices(() => {
    if (thread.value) return true
    const done = search.value?.work(sliceMs) ?? true
    searching.value = !done
    if (done) told.now()
    else told.ask()
    return done
  })
  const workElsewhere = async (mine: LogSearch, elsewhere: RegexThread) => {
    searching.value = true
    const isMine = () => search.value === mine
    const answered = await lookElsewhere(mine, elsewhere, () => isMine() && (told.ask(), true))
    if (!isMine()) return
    isSlow.value = !answered
    searching.value = false
    told.now()
  }
  const goOn = () => {
    if (searching.value || isSlow.value || !search.value) return
    if (thread.value) void workElsewhere(search.value, thread.value)
    else work()
  }
  onScopeDispose(() => {
    told.cancel()
    thread.value?.close()
    search.value = undefined
  })
  return {
    search,
    searching,
    isSlow,
    thread,
    goOn,
    begin: (next: LogSearch | undefined, elsewhere: RegexThread | undefined) => {
      thread.value?.close()
      thread.value = elsewhere
      search.value = next
      searching.value = false
      isSlow.value = false
      told.now()
      goOn()
    },
  }
}

/** Asks a thread until all is looked at, as long as `goesOn` says so after each answer. False when none came. */
async function lookElsewhere(search: LogSearch, thread: RegexThread, goesOn: () => boolean) {
  for (;;) {
    const parts = search.unsearched(mostParts)
    if (parts.length === 0) return true
    const answer = await thread.find(parts.map(({ text }) => text))
    if (!answer) return false
    for (const [index, part] of parts.entries()) search.tell(part, answer[index] ?? [])
    if (!goesOn()) return true
  }
}

/** Does a slice of work at once, and the next ones with others' turns in between, until it says that it is done. */
function useSlices(slice: () => boolean): () => void {
  // A message and not a timer: browsers make nested timers wait.
  const channel = new MessageChannel()
  const work = () => {
    if (!slice()) channel.port2.postMessage(undefined)
  }
  channel.port1.onmessage = work
  onScopeDispose(() => {
    channel.port1.close()
    channel.port2.close()
  })
  return work
}
