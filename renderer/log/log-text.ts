/** What of a line is shown and searched, and the same with its colours where it has some. */
export interface LogText {
  plain: string
  /** `plain` with the escapes that colour it (SGR) and no others. */
  styled?: string
}

// Most lines hold nothing of all this: one look tells.
const suspect = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/
/** Every form of escape: CSI, OSC and the other strings with their whole contents, and those of two or three characters. */
const escapes =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g
const colour = /^\u001b\[[\d;]*m$/
const colours = /\u001b\[[\d;]*m/g
const controls = /[\u0000-\u0008\u000a-\u001a\u001c-\u001f\u007f-\u009f]/g
/** An escape sign that no escape has taken with it. */
const bareEscape = /\u001b(?!\[[\d;]*m)/g

// Memory is bounded only when a line is, too.
const longestLine = 16_384

/** A line as it came → what may be shown: of what a progress bar overwrote, the last remains; escapes do nothing. */
export function toLogText(raw: string): LogText {
  const line = raw.length > longestLine ? `${raw.slice(0, longestLine)} …` : raw
  if (!suspect.test(line)) return { plain: line }
  const kept = line.replace(escapes, (escape) => (colour.test(escape) ? escape : ''))
  const ended = kept.replace(/\r+$/, '')
  const styled = ended
    .slice(ended.lastIndexOf('\r') + 1)
    .replace(controls, '')
    .replace(bareEscape, '')
  const plain = styled.replace(colours, '')
  return plain === styled ? { plain } : { plain, styled }
}

const tab = '    '

/** How a text is drawn: each tab as four blanks, so that every character has a known width. */
export function toDrawn(text: string): string {
  return text.includes('\t') ? text.replaceAll('\t', tab) : text
}
