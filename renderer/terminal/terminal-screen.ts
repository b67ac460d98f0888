import { FitAddon } from '@xterm/addon-fit'
import { Unicode11Addon } from '@xterm/addon-unicode11'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import type { TerminalSize } from '#api'
import '../styles/ansi.css'
import { allowStyleAttributes, withSheetsForStyles } from './inline-styles.ts'
import { isWebAddress, toPlatform, toTerminalKey } from './terminal-keys.ts'
import { readTerminalTheme } from './terminal-theme.ts'

export interface ScreenEvents {
  input(text: string): void
  resize(size: TerminalSize): void
  /** The address under the pointer; empty when there is none. */
  link(address: string): void
  /** The user wants the keyboard for the window again. */
  leave(): void
}

/** A terminal's screen: lives as long as its session, and is put where it is to be seen. */
export interface TerminalScreen {
  /** Shows it in `host` and fits it to its size, from which the session may be opened. */
  attach(host: HTMLElement): TerminalSize
  detach(): void
  fit(): void
  /** Resolves once it has been drawn: one who waits for that does not run ahead of the screen. */
  write(text: string): Promise<void>
  clear(): void
  focus(): void
  dispose(): void
}

const scrollback = 10_000

allowStyleAttributes()

/** What a program writes may draw here and nothing else: no clipboard, no title, no window; links open by a click only. */
export function createTerminalScreen(events: ScreenEvents): TerminalScreen {
  const element = document.createElement('div')
  element.className = 'h-full w-full'
  const terminal = new Terminal({
    allowProposedApi: true,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--font-mono'),
    fontSize: 13,
    lineHeight: 1.15,
    scrollback,
    cursorBlink: false,
    theme: readTerminalTheme(),
    minimumContrastRatio: 4.5,
    linkHandler: {
      activate: (_event, address) => {
        if (isWebAddress(address)) window.open(address, '_blank', 'noopener,noreferrer')
      },
      hover: (_event, address) => events.link(address),
      leave: () => events.link(''),
    },
  })
  const fitter = new FitAddon()
  terminal.loadAddon(fitter)
  terminal.loadAddon(new Unicode11Addon())
  terminal.unicode.activeVersion = '11'
  terminal.onData((text) => events.input(text))
  terminal.onBinary((text) => events.input(text))
  terminal.onResize(({ cols, rows }) => events.resize({ columns: cols, rows }))
  handleKeys(terminal, events)
  const theme = new MutationObserver(() => (terminal.options.theme = readTerminalTheme()))
  theme.observe(document.documentElement, { attributeFilter: ['class'] })

  return {
    attach(host) {
      host.append(element)
      if (!terminal.element) withSheetsForStyles(document, () => terminal.open(element))
      fitter.fit()
      return { columns: terminal.cols, rows: terminal.rows }
    },
    detach: () => element.remove(),
    fit: () => fitter.fit(),
    write: (text) => new Promise((resolve) => terminal.write(text, resolve)),
    clear: () => terminal.clear(),
    focus: () => terminal.focus(),
    dispose() {
      theme.disconnect()
      terminal.dispose()
      element.remove()
    },
  }
}

function handleKeys(terminal: Terminal, events: ScreenEvents) {
  const platform = toPlatform(navigator.userAgent)
  terminal.attachCustomKeyEventHandler((event) => {
    const meaning = toTerminalKey(event, platform, terminal.hasSelection())
    if (meaning === 'shell') return true
    if (event.type === 'keydown' && meaning === 'copy') {
      event.preventDefault()
      if (terminal.hasSelection()) void navigator.clipboard.writeText(terminal.getSelection())
      terminal.clearSelection()
    }
    if (event.type === 'keydown' && meaning === 'leave') {
      event.preventDefault()
      events.leave()
    }
    return false
  })
}
