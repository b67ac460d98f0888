import { watch } from 'vue'
import type { AppStatus } from '#api'
import { useMachineStore } from '../stores/machine.ts'
import { useNotificationsStore } from '../stores/notifications.ts'
import { useTransfersStore } from '../stores/transfers.ts'

/** Puts into the notifications what no click answers to: transfers that ended, links that were mended. */
export function useNoticing(): void {
  const machine = useMachineStore()
  const transfers = useTransfersStore()
  const notifications = useNotificationsStore()

  watch(
    () => machine.status,
    (now, before) => {
      for (const { link, mended } of toMended(now, before))
        notifications.add({ kind: 'repair', link, ...(mended && { mended }) })
      const { outOfMemory } = now ?? {}
      if (before && outOfMemory && outOfMemory.at !== before.outOfMemory?.at)
        notifications.add({ kind: 'outOfMemory', killed: outOfMemory.killed })
      for (const repair of now?.repairs?.slice(before?.repairs?.length ?? 0) ?? [])
        if (before) notifications.add({ kind: 'guestRepair', repair })
    },
  )
  transfers.onEnd(({ kind, name, phase, error }) => {
    if (phase === 'cancelled') return
    notifications.add({ kind: 'transfer', transfer: kind, name, ...(error && { error }) })
  })
}

/** Links with more repairs than a moment ago. */
function toMended(now: AppStatus | undefined, before: AppStatus | undefined) {
  if (!now || !before) return []
  const earlier = new Map(before.health.map(({ link, repairs }) => [link, repairs]))
  return now.health.filter(
    ({ link, repairs, state }) => state === 'ok' && repairs > (earlier.get(link) ?? repairs),
  )
}
