/**
 * The points of a line through `values` for an SVG polyline, in a box of `length` by `height`: the newest value at the
 * right edge, `top` at the upper one. A line that is shorter than `length` begins further right.
 */
export function toPoints(
  values: readonly number[],
  { length, height, top }: { length: number; height: number; top: number },
): string {
  const scale = top > 0 ? height / top : 0
  const start = length - values.length
  return values
    .map((value, index) => {
      const y = height - Math.min(height, Math.max(0, value * scale))
      return `${start + index},${Math.round(y * 10) / 10}`
    })
    .join(' ')
}
