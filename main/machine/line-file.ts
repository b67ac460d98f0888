import { watch } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { StopSignal } from '#api'

/** A growing text file, read on from where it was left; also when another file has taken its name. */
export interface LineFile extends AsyncDisposable {
  /** The whole lines that came since the last call; none while there is no such file. */
  readOn(): Promise<string[]>
}

interface Open {
  handle: FileHandle
  inode: number
  position: number
  rest: string
}

export async function openLineFile(file: string): Promise<LineFile> {
  const state: { open: Open | undefined } = { open: await openNow(file) }
  return {
    async readOn() {
      const lines = state.open ? await drain(state.open) : []
      const inode = await stat(file).then(
        ({ ino }) => ino,
        () => undefined,
      )
      if (inode === undefined || inode === state.open?.inode) return lines
      await state.open?.handle.close()
      state.open = await openNow(file)
      return state.open ? [...lines, ...(await drain(state.open))] : lines
    },
    async [Symbol.asyncDispose]() {
      await state.open?.handle.close()
    },
  }
}

async function openNow(file: string): Promise<Open | undefined> {
  const handle = await open(file, 'r').catch(() => undefined)
  return handle && { handle, inode: (await handle.stat()).ino, position: 0, rest: '' }
}

async function drain(file: Open): Promise<string[]> {
  const { size } = await file.handle.stat()
  if (size < file.position) file.position = 0
  const bytes = Buffer.alloc(size - file.position)
  const { bytesRead } = await file.handle.read(bytes, 0, bytes.length, file.position)
  file.position += bytesRead
  const lines = (file.rest + bytes.toString('utf8', 0, bytesRead)).split('\n')
  file.rest = lines.pop() ?? ''
  return lines
}

/**
 * Calls `act` after changes of the file until the signal, one call at a time and one for all changes that came during
 * the last. Rejects when `act` does.
 */
export async function onEachChange(
  file: string,
  signal: StopSignal,
  act: () => Promise<void>,
): Promise<void> {
  const news = { fresh: false, over: signal.aborted, wake: () => undefined as unknown }
  const watcher = watch(dirname(file), (_kind, name) => {
    if (name !== basename(file)) return
    news.fresh = true
    news.wake()
  })
  const end = () => {
    news.over = true
    news.wake()
  }
  watcher.on('error', end)
  signal.addEventListener('abort', end)
  try {
    while (!news.over) {
      if (news.fresh) {
        news.fresh = false
        await act()
      } else {
        await new Promise<void>((resolve) => (news.wake = resolve))
      }
    }
  } finally {
    watcher.close()
  }
}
