/** Browsers make no element higher than some 17 to 33 million pixels: a longer log is scrolled by proportion. */
const tallest = 8_000_000

/** How a content of any height is scrolled by an element of a height that browsers can make. */
export interface ScrollMap {
  /** Height of the element to scroll. */
  height: number
  /** The farthest that the content can be moved. */
  most: number
  /** Whether a pixel of the element is a pixel of the content. */
  isExact: boolean
  toContent(scrollTop: number): number
  toScroll(top: number): number
}

export function createScrollMap(content: number, viewport: number): ScrollMap {
  const most = Math.max(0, content - viewport)
  const height = Math.min(content, tallest)
  const reach = Math.max(0, height - viewport)
  const scale = reach === 0 ? 1 : most / reach
  const clamp = (value: number, limit: number) => Math.min(Math.max(0, value), limit)
  return {
    height,
    most,
    isExact: content <= tallest,
    toContent: (scrollTop) => clamp(scrollTop * scale, most),
    toScroll: (top) => clamp(top / scale, reach),
  }
}
