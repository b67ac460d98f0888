/** A piece of a text; `hit` when it is what is searched for. */
export interface TextMark {
  text: string
  hit: boolean
}

/** Cuts a text where `wanted` stands in it, whatever its case. */
export function toTextMarks(text: string, wanted: string): TextMark[] {
  if (wanted === '') return [{ text, hit: false }]
  const marks: TextMark[] = []
  const [folded, key] = [text.toLowerCase(), wanted.toLowerCase()]
  // Lower case may change a text's length (as of İ); then nothing can be marked rightly.
  if (folded.length !== text.length) return [{ text, hit: false }]
  let from = 0
  for (let at = folded.indexOf(key); at >= 0; at = folded.indexOf(key, from)) {
    if (at > from) marks.push({ text: text.slice(from, at), hit: false })
    from = at + key.length
    marks.push({ text: text.slice(at, from), hit: true })
  }
  if (from < text.length) marks.push({ text: text.slice(from), hit: false })
  return marks
}
