import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ExecSpec } from '#api'
import { useConnection } from '../api/index.ts'
import { type SessionPhase, TerminalSession } from '../terminal/terminal-session.ts'

export interface TerminalWish {
  containerId: string
  containerName: string
  exec: ExecSpec
}

/** A terminal of the window, as lists and tabs show it. */
export interface TerminalEntry extends TerminalWish {
  id: number
  phase: SessionPhase
  /** The address under the pointer; empty when there is none. */
  link: string
}

/**
 * The terminals of this window, of all containers. They live here and not in a page, so that a shell goes on while its
 * user looks at something else. What draws them is loaded with the first one.
 */
export const useTerminalsStore = defineStore('terminals', () => {
  const { api } = useConnection()
  const entries = shallowRef<readonly TerminalEntry[]>([])
  /** Container id → the terminal that was in front last. */
  const chosen = shallowRef<ReadonlyMap<string, number>>(new Map())
  /** What to do when the user leaves a terminal by its key: set by the page that shows it. */
  const leaving = shallowRef<() => void>(() => undefined)
  const { sessions, start } = useSessions()
  let lastId = 0

  const change = (id: number, part: Partial<TerminalEntry>) => {
    entries.value = entries.value.map((entry) => (entry.id === id ? { ...entry, ...part } : entry))
  }
  const choose = (containerId: string, id: number) => {
    chosen.value = new Map(chosen.value).set(containerId, id)
  }
  /** Adds a terminal and puts it in front; its shell is started by `attach`, which knows its size. */
  const add = async (wish: TerminalWish): Promise<number> => {
    const { createTerminalScreen } = await import('../terminal/terminal-screen.ts')
    lastId += 1
    const id = lastId
    const session = new TerminalSession({
      api,
      container: wish.containerId,
      exec: wish.exec,
      createScreen: createTerminalScreen,
      onPhase: (phase) => change(id, { phase }),
      onLink: (link) => change(id, { link }),
      onLeave: () => leaving.value(),
    })
    sessions.set(id, session)
    entries.value = [...entries.value, { ...wish, id, phase: { kind: 'opening' }, link: '' }]
    choose(wish.containerId, id)
    return id
  }
  const close = (id: number) => {
    sessions.get(id)?.close()
    sessions.delete(id)
    entries.value = entries.value.filter((entry) => entry.id !== id)
  }
  const detach = (id: number) => sessions.get(id)?.screen.detach()
  const fit = (id: number) => sessions.get(id)?.screen.fit()
  const focus = (id: number) => sessions.get(id)?.screen.focus()
  return { entries, chosen, leaving, choose, add, close, detach, fit, focus, ...start }
})

function useSessions() {
  const sessions = new Map<number, TerminalSession>()
  const started = new Set<number>()
  /** Shows a terminal in `host` and starts its shell anew, on the same screen. */
  const again = (id: number, host: HTMLElement) => {
    const session = sessions.get(id)
    started.add(id)
    session?.open(session.screen.attach(host))
  }
  /** Shows a terminal in `host`; at the first time its shell is started. */
  const attach = (id: number, host: HTMLElement) => {
    if (started.has(id)) sessions.get(id)?.screen.attach(host)
    else again(id, host)
  }
  return { sessions, start: { attach, again } }
}
