/** What a row may show besides its name and its actions, in the order of the screen. */
export const columnIds = [
  'state',
  'image',
  'cpu',
  'memory',
  'ports',
  'networks',
  'created',
] as const

export type ColumnId = (typeof columnIds)[number]
export type SortKey = ColumnId | 'name'

interface Column {
  /** Pixels; a share of the room for those that `grows`. */
  width: number
  /** Lets its text have what is left, as the name does. */
  grows?: number
  /** Which give way first where there is no room for all: the highest. */
  gives: number
}

const columns: Record<ColumnId, Column> = {
  state: { width: 112, grows: 0.5, gives: 0 },
  image: { width: 130, grows: 2, gives: 5 },
  cpu: { width: 88, grows: 0.5, gives: 2 },
  memory: { width: 100, grows: 0.5, gives: 3 },
  ports: { width: 124, grows: 0.5, gives: 1 },
  networks: { width: 110, grows: 1, gives: 6 },
  created: { width: 62, grows: 0.2, gives: 4 },
}

const nameWidth = 184
const nameGrows = 3
/** The box to tick, and the actions. */
const edges = { select: 36, actions: 88 }

export interface PlacedColumn {
  id: ColumnId | 'select' | 'name' | 'actions'
  /** Pixels; the rest is shared by those without. */
  width: number
}

/** The columns asked for that there is room for, and the width of each. */
export function placeColumns(wanted: readonly ColumnId[], room: number): PlacedColumn[] {
  const kept = fit(wanted, room - edges.select - edges.actions - nameWidth)
  const fixed = kept.reduce((sum, id) => sum + columns[id].width, 0)
  const spare = Math.max(0, room - edges.select - edges.actions - nameWidth - fixed)
  const shares = kept.reduce((sum, id) => sum + (columns[id].grows ?? 0), nameGrows)
  const grow = (share = 0) => Math.floor((spare * share) / shares)
  return [
    { id: 'select', width: edges.select },
    { id: 'name', width: nameWidth + grow(nameGrows) },
    ...kept.map((id) => ({ id, width: columns[id].width + grow(columns[id].grows) })),
    { id: 'actions', width: edges.actions },
  ]
}

function fit(wanted: readonly ColumnId[], room: number): ColumnId[] {
  let kept = columnIds.filter((id) => wanted.includes(id))
  const width = () => kept.reduce((sum, id) => sum + columns[id].width, 0)
  while (kept.length > 0 && width() > room) {
    const most = Math.max(...kept.map((id) => columns[id].gives))
    kept = kept.filter((id) => columns[id].gives !== most)
  }
  return kept
}

/** Shown until somebody chooses. */
export const usualColumns: readonly ColumnId[] = columnIds.filter((id) => id !== 'networks')

export function isColumnList(value: unknown): value is ColumnId[] {
  return Array.isArray(value) && value.every((id) => (columnIds as readonly unknown[]).includes(id))
}
