import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { ErrorShape, ImageUse } from '#api'
import { toErrorShape } from '../../api/error-shape.ts'
import { type BulkProgress, runBulk } from '../../list/bulk.ts'
import { useContainersStore } from '../../stores/containers.ts'
import { useImagesStore } from '../../stores/images.ts'
import { type PruneItem, type PruneKind, planPrune, sumBytes } from './prune-plan.ts'

/** What came of it. */
export interface PruneResult {
  removed: number
  bytes: number
  /** Why the others were kept. */
  refusals: ErrorShape[]
}

/** Clearing up with a look at it first: what would go, what of it is wanted to go, how far it is, what it brought. */
export function usePrune() {
  const images = useImagesStore()
  const containers = useContainersStore()
  const kind = shallowRef<PruneKind>('dangling')
  const usage = shallowRef<ImageUse[]>()
  const failure = shallowRef<ErrorShape>()
  const kept = shallowRef<ReadonlySet<string>>(new Set())
  const progress = shallowRef<BulkProgress>()
  const result = shallowRef<PruneResult>()
  const abort = new AbortController()
  onScopeDispose(() => abort.abort())

  const used = computed(() => new Set((containers.containers ?? []).map((one) => one.imageId)))
  const plan = computed<PruneItem[]>(() =>
    planPrune(kind.value, images.images ?? [], { usage: usage.value ?? [], used: used.value }),
  )
  const going = computed(() => plan.value.filter(({ id }) => !kept.value.has(id)))
  watch(kind, () => (kept.value = new Set()))

  const read = async () => {
    failure.value = undefined
    try {
      usage.value = await images.usage()
    } catch (error) {
      failure.value = toErrorShape(error)
    }
  }
  const remove = async () => {
    const chosen = new Map(going.value.map((item) => [item.id, item]))
    const { failed, done } = await runBulk([...chosen.keys()], (id) => images.removeUnused(id), {
      width: 3,
      signal: abort.signal,
      onProgress: (now) => (progress.value = now),
    })
    for (const { id } of failed) chosen.delete(id)
    progress.value = undefined
    const refusals = failed.map(({ error }) => toErrorShape(error))
    result.value = { removed: done, bytes: sumBytes([...chosen.values()].slice(0, done)), refusals }
  }
  void read()
  return {
    ...{ kind, usage, failure, kept, plan, going, progress, result },
    ...{ read, remove },
    toggle: (id: string) => (kept.value = toggled(kept.value, id)),
    /** All, or none when all are. */
    toggleAll: () =>
      (kept.value = new Set(kept.value.size > 0 ? [] : plan.value.map(({ id }) => id))),
    bytes: computed(() => sumBytes(going.value)),
    stop: () => abort.abort(),
  }
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids)
  if (!next.delete(id)) next.add(id)
  return next
}
