import { pages } from './pages.ts'
import type { WordKey } from '../text/words.ts'

interface ShortcutRow {
  word: WordKey
  /** Each a set of keys pressed together or one after the other; several do the same. */
  keys: readonly (readonly string[])[]
}

export interface ShortcutSection {
  word: WordKey
  rows: readonly ShortcutRow[]
}

/** All keys of the window, as the sheet shows them. A page with keys of its own adds its section here. */
export const shortcutSections: readonly ShortcutSection[] = [
  {
    word: 'ui.shortcuts.everywhere',
    rows: [
      { word: 'ui.shortcuts.palette', keys: [['meta', 'K']] },
      { word: 'ui.shortcuts.filter', keys: [['/']] },
      { word: 'ui.shortcuts.sheet', keys: [['?']] },
      { word: 'ui.shortcuts.settings', keys: [['meta', ',']] },
      { word: 'ui.shortcuts.sidebar', keys: [['meta', 'B']] },
      { word: 'ui.shortcuts.close', keys: [['escape']] },
    ],
  },
  {
    word: 'ui.shortcuts.go',
    rows: pages.map(({ key, letter }): ShortcutRow => ({
      word: `ui.page.${key}`,
      keys: [['G', letter.toUpperCase()]],
    })),
  },
  {
    word: 'ui.shortcuts.lists',
    rows: [
      { word: 'ui.shortcuts.move', keys: [['arrowup'], ['arrowdown'], ['J'], ['K']] },
      { word: 'ui.shortcuts.ends', keys: [['Home'], ['End']] },
      { word: 'ui.shortcuts.open', keys: [['enter']] },
      { word: 'ui.shortcuts.select', keys: [['Space']] },
      { word: 'ui.shortcuts.extend', keys: [['shift', 'arrowdown']] },
      { word: 'ui.shortcuts.selectAll', keys: [['meta', 'A']] },
      { word: 'ui.shortcuts.remove', keys: [['Del']] },
    ],
  },
  {
    word: 'ui.shortcuts.container',
    rows: [
      { word: 'ui.shortcuts.tab', keys: [['1 – 9'], ['0']] },
      { word: 'ui.shortcuts.search', keys: [['/'], ['meta', 'F']] },
      { word: 'ui.shortcuts.follow', keys: [['F']] },
      { word: 'ui.shortcuts.wrap', keys: [['W']] },
      { word: 'ui.shortcuts.times', keys: [['T']] },
      { word: 'ui.shortcuts.nextFound', keys: [['N']] },
      { word: 'ui.shortcuts.previousFound', keys: [['shift', 'N']] },
      { word: 'ui.shortcuts.leaveTerminal', keys: [['ctrl', 'shift', 'L']] },
    ],
  },
]
