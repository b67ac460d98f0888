import type { ITheme } from '@xterm/xterm'

const names = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'bright-black',
  'bright-red',
  'bright-green',
  'bright-yellow',
  'bright-blue',
  'bright-magenta',
  'bright-cyan',
  'bright-white',
] as const

/** The window's colours for a terminal, as they are now. A colour in a notation of CSS becomes one that xterm.js reads. */
export function readTerminalTheme(): ITheme {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const styles = getComputedStyle(document.documentElement)
  const toHex = (name: string) => {
    const value = styles.getPropertyValue(name).trim()
    if (!canvas) return value
    // A canvas knows every notation, nested mixes included, and gives the colour as bytes.
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = value
    canvas.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data
    return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`
  }
  const palette = names.map((name) => [
    name.replace(/-(.)(.*)$/, (_, first: string, rest: string) => first.toUpperCase() + rest),
    toHex(`--ansi-${name}`),
  ])
  const primary = toHex('--ui-primary')
  return {
    ...(Object.fromEntries(palette) as Partial<ITheme>),
    background: toHex('--berth-chrome'),
    foreground: toHex('--ui-text-highlighted'),
    cursor: primary,
    cursorAccent: toHex('--berth-chrome'),
    selectionBackground: `${primary}55`,
    selectionInactiveBackground: `${primary}33`,
    scrollbarSliderBackground: `${toHex('--ui-text-dimmed')}55`,
    scrollbarSliderHoverBackground: `${toHex('--ui-text-dimmed')}88`,
    scrollbarSliderActiveBackground: `${toHex('--ui-text-dimmed')}aa`,
  }
}
