import { type ShallowRef, shallowRef } from 'vue'
import { type Api, type Link, type TransferProgress, connect, kinds } from '#api'
import { recordApi, recordStream } from '../commands/recorded-api.ts'
import { type CommandRecorder, createRecorder } from '../commands/recorder.ts'
import { type Face, SessionRefused } from './face.ts'

type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused'

/** The app as this window sees it, across any number of links. */
export interface Connection {
  /** Always the same object; while there is no link, everything asked of it is rejected with `disconnected`. */
  readonly api: Api
  readonly state: Readonly<ShallowRef<ConnectionState>>
  /** Grows with every new link: streams of an older one are dead. */
  readonly session: Readonly<ShallowRef<number>>
  /** What was asked of `api`, as commands. */
  readonly commands: CommandRecorder
  readonly loadImage: (file: File) => AsyncIterable<TransferProgress>
  /** Dials at once instead of at the end of the pause. */
  readonly retryNow: () => void
}

const firstPauseMs = 250
const longestPauseMs = 5000

/** Dials `face` and keeps dialling: at once after a loss, then with growing pauses, until the session is refused. */
export function createConnection(face: Face): Connection {
  const state = shallowRef<ConnectionState>('connecting')
  const session = shallowRef(0)
  let current = connect<Api>(closedLink, kinds)
  let wake: (() => void) | undefined

  const live = async () => {
    const link = await face.dial()
    const lost = new Promise<void>((resolve) => {
      current = connect<Api>(link, kinds)
      link.onClose(resolve)
    })
    session.value += 1
    state.value = 'open'
    await lost
    state.value = 'lost'
  }
  const keepDialling = async () => {
    for (let pauseMs = 0; ; pauseMs = Math.min(pauseMs * 2 || firstPauseMs, longestPauseMs)) {
      try {
        if (pauseMs > 0) await pause(pauseMs, (now) => (wake = now))
        await live()
        pauseMs = 0
      } catch (error) {
        if (error instanceof SessionRefused) break
        if (state.value === 'connecting' && pauseMs > 0) state.value = 'lost'
      }
    }
    state.value = 'refused'
  }
  void keepDialling()

  const commands = createRecorder()
  const api = recordApi(() => current, commands)
  return {
    api,
    state,
    session,
    commands,
    loadImage: (file) =>
      recordStream(face.loadImage(file, current), () =>
        commands.beginCommand({ kind: 'does', argv: ['docker', 'load', '--input', file.name] }),
      ),
    retryNow: () => wake?.(),
  }
}

const ignore = () => undefined

const closedLink: Link = {
  send: ignore,
  onMessage: ignore,
  onClose: (listener) => listener(),
}

function pause(ms: number, expose: (wake: () => void) => void) {
  return new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    expose(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
