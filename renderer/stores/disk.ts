import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { DataDisk, DiskMove, ErrorShape } from '#api'
import { toErrorShape } from '../api/error-shape.ts'
import { useConnection } from '../api/index.ts'

/** Where the data disk lies, and its move, which goes on when its page is left. */
export const useDiskStore = defineStore('disk', () => {
  const { api } = useConnection()
  const disk = shallowRef<DataDisk>()
  /** The move under way: where to (empty for Berth's own folder), and how far it is. */
  const moving = shallowRef<{ folder: string; now: DiskMove }>()
  /** How the last one ended, until the next. */
  const ending = shallowRef<{ kind: 'moved' } | { kind: 'failed'; error: ErrorShape }>()
  let items: AsyncIterator<DiskMove> | undefined

  const look = async () => {
    disk.value = await api.machine.disk()
  }
  const move = async (folder: string) => {
    if (moving.value) return
    moving.value = { folder, now: { step: 'check' } }
    ending.value = undefined
    const reading = api.machine.moveDisk(folder)[Symbol.asyncIterator]()
    items = reading
    try {
      for (let item = await reading.next(); item.done !== true; item = await reading.next())
        moving.value = { folder, now: item.value }
      if (items === reading) ending.value = { kind: 'moved' }
    } catch (error) {
      ending.value = { kind: 'failed', error: toErrorShape(error) }
    } finally {
      moving.value = undefined
      await look().catch(() => undefined)
    }
  }
  /** The disk stays where it is. */
  const cancel = () => {
    const reading = items
    items = undefined
    void reading?.return?.()
  }
  return { disk, moving, ending, look, move, cancel }
})
