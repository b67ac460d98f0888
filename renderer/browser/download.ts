/** Saves text as a file, as the browser or Electron saves any download. */
export function downloadText(name: string, pieces: Iterable<string>, type = 'text/plain'): void {
  const address = URL.createObjectURL(new Blob([...pieces], { type: `${type};charset=utf-8` }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The download has its own hold of the data once it has begun; it begins after this turn.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
