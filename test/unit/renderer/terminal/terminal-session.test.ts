import { describe, expect, it, vi } from 'vitest'
import { AppError, type Push, type TerminalEvent, stream } from '#api'
import {
  isWebAddress,
  toPlatform,
  toTerminalKey,
} from '../../../../renderer/terminal/terminal-keys.ts'
import type { ScreenEvents, TerminalScreen } from '../../../../renderer/terminal/terminal-screen.ts'
import {
  type SessionPhase,
  TerminalSession,
} from '../../../../renderer/terminal/terminal-session.ts'

const size = { columns: 80, rows: 24 }

function openSession() {
  const phases: SessionPhase[] = []
  const shown: string[] = []
  const drawings: (() => void)[] = []
  const state = { pushed: 0, aborted: false, hold: false }
  let push: Push<TerminalEvent> | undefined
  let fail: ((error: unknown) => void) | undefined
  let events: ScreenEvents | undefined
  const write = vi.fn<(terminal: string, text: string) => Promise<void>>(() => Promise.resolve())
  const dispose = vi.fn<() => void>()
  const screen: TerminalScreen = {
    attach: () => size,
    detach: () => undefined,
    fit: () => undefined,
    write(text) {
      shown.push(text)
      return state.hold ? new Promise((resolve) => drawings.push(resolve)) : Promise.resolve()
    },
    clear: () => undefined,
    focus: () => undefined,
    dispose,
  }
  const session = new TerminalSession({
    api: {
      terminals: {
        openMachine: () => stream(() => Promise.resolve()),
        openContainer: () =>
          stream<TerminalEvent>(
            (give, signal) =>
              new Promise((resolve, reject) => {
                push = give
                fail = reject
                signal.addEventListener('abort', () => {
                  state.aborted = true
                  resolve()
                })
              }),
            4,
          ),
        shells: () => Promise.resolve([]),
        write,
        resize: () => Promise.resolve(),
      },
    },
    container: 'c',
    exec: { command: ['/bin/sh'] },
    createScreen(given) {
      events = given
      return screen
    },
    onPhase: (phase) => phases.push(phase),
    onLink: () => undefined,
    onLeave: () => undefined,
  })
  return {
    ...{ session, dispose, phases, shown, state, write },
    say: (event: TerminalEvent) => push?.(event),
    fail: (error: unknown) => fail?.(error),
    type: (text: string) => events?.input(text),
    draw: () => drawings.splice(0).forEach((resolve) => resolve()),
  }
}

describe('the session of a terminal', () => {
  it('shows what its shell writes, and sends what is typed while it runs', async () => {
    const { session, say, type, write, shown, phases } = openSession()
    session.open(size)
    type('too early')
    void say({ kind: 'opened', terminal: 't1' })
    void say({ kind: 'output', text: '$ ' })
    await vi.waitFor(() => expect(shown).toEqual(['$ ']))
    type('ls\r')
    void say({ kind: 'exited', code: 3 })
    await vi.waitFor(() => expect(phases.at(-1)).toEqual({ kind: 'exited', code: 3 }))
    type('too late')
    expect(write.mock.calls).toEqual([['t1', 'ls\r']])
  })

  it('stops reading while much is not drawn yet', async () => {
    const { session, say, shown, state, draw } = openSession()
    state.hold = true
    session.open(size)
    for (let round = 0; round < 5; round += 1)
      void say({ kind: 'output', text: 'x'.repeat(600_000) })
    await vi.waitFor(() => expect(shown).toHaveLength(2))
    draw()
    await vi.waitFor(() => expect(shown).toHaveLength(4))
  })

  it('ends its shell at its source when it is closed, and lets go of its screen', async () => {
    const { session, say, dispose, state, phases } = openSession()
    session.open(size)
    void say({ kind: 'opened', terminal: 't1' })
    await vi.waitFor(() => expect(phases.at(-1)).toEqual({ kind: 'open' }))
    session.close()
    expect(state.aborted).toBe(true)
    expect(dispose).toHaveBeenCalledOnce()
  })

  it('tells why it failed, and can be opened again', async () => {
    const { session, fail, phases, say, shown } = openSession()
    session.open(size)
    fail(new AppError('disconnected'))
    await vi.waitFor(() =>
      expect(phases.at(-1)).toEqual({
        kind: 'failed',
        error: { code: 'disconnected', params: {} },
      }),
    )
    session.open(size)
    void say({ kind: 'output', text: 'back' })
    await vi.waitFor(() => expect(shown).toEqual(['back']))
  })
})

describe('a key in a terminal', () => {
  const key = (name: string, held: string) => ({
    key: name,
    ctrlKey: held.includes('c'),
    shiftKey: held.includes('s'),
    metaKey: held.includes('m'),
    altKey: held.includes('a'),
  })
  it.each([
    ['mac', 'c', 'm', true, 'native'],
    ['mac', 'c', 'c', true, 'shell'],
    ['other', 'C', 'cs', true, 'copy'],
    ['other', 'V', 'cs', false, 'native'],
    ['other', 'c', 'c', true, 'shell'],
    ['windows', 'c', 'c', true, 'copy'],
    ['windows', 'c', 'c', false, 'shell'],
    ['windows', 'v', 'c', false, 'native'],
    ['other', 'L', 'cs', false, 'leave'],
    ['other', 'l', 'c', false, 'shell'],
  ] as const)('on %s: %s with %s, selection %s: %s', (platform, name, held, selected, meaning) => {
    expect(toTerminalKey(key(name, held), platform, selected)).toBe(meaning)
  })

  it('knows the system by the browser', () => {
    expect(toPlatform('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)')).toBe('mac')
    expect(toPlatform('Mozilla/5.0 (Windows NT 10.0; Win64)')).toBe('windows')
    expect(toPlatform('Mozilla/5.0 (X11; Linux x86_64)')).toBe('other')
  })

  it('opens addresses of the web only', () => {
    expect(isWebAddress('https://example.com')).toBe(true)
    for (const address of ['file:///etc/passwd', 'javascript:alert(1)', 'ssh://x', 'nonsense'])
      expect(isWebAddress(address)).toBe(false)
  })
})
