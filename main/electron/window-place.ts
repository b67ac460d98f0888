import { z } from 'zod'

export interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

export interface WindowPlace {
  /** Absent before the window was ever moved: the system chooses. */
  bounds?: Rectangle
  maximized: boolean
}

export const smallestWindow = { width: 860, height: 560 }
const firstWindow = { width: 1200, height: 780 }
/** So much of a window must be on a display for its user to get hold of it. */
const graspable = 80

const schema = z.object({
  bounds: z
    .object({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) })
    .optional(),
  maximized: z.boolean(),
})

/** What window.json says; nothing for a file that is none of ours, since a place is not worth a question. */
export function parsePlace(text: string): WindowPlace {
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    return { maximized: false }
  }
}

/** Where to put the window on the displays that are there now: a remembered place may be on one that has gone. */
export function fitPlace(
  place: WindowPlace,
  workAreas: readonly Rectangle[],
): Partial<Rectangle> & { width: number; height: number } {
  const { bounds } = place
  if (!bounds) return firstWindow
  const size = {
    width: Math.max(bounds.width, smallestWindow.width),
    height: Math.max(bounds.height, smallestWindow.height),
  }
  return workAreas.some((area) => canGrasp(bounds, area)) ? { ...bounds, ...size } : size
}

/** Whether the title bar can be reached in this area. */
function canGrasp({ x, y, width }: Rectangle, area: Rectangle): boolean {
  const right = Math.min(x + width, area.x + area.width)
  const shown = right - Math.max(x, area.x)
  return shown >= graspable && y >= area.y && y + graspable <= area.y + area.height
}
