const mebibyte = 1024 ** 2
const gibibyte = 1024 ** 3

/** An amount of room as its reader compares it: in MiB, and from 1 GiB on in GiB with one digit after the point. */
export function tellBytes(bytes: number, round: (value: number) => number): string {
  const mebibytes = round(bytes / mebibyte)
  if (mebibytes < 1024) return `${mebibytes} MiB`
  return `${(round((bytes / gibibyte) * 10) / 10).toFixed(1)} GiB`
}
