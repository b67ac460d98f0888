export interface VerbQuery<Verb> {
  verb: Verb
  /** What is left to find its object by. */
  rest: string
}

/** A verb with the words that mean it, in whatever language. */
export interface VerbWords<Verb> {
  verb: Verb
  words: readonly string[]
}

/** Chinese is written without spaces: 停止web. */
const ideograph = /\p{Script=Han}$/u

/**
 * Reads "stop web" as an order. Three letters of a verb are enough when something follows it; by itself it has to be
 * whole.
 */
export function parseVerbQuery<Verb>(
  query: string,
  verbs: readonly VerbWords<Verb>[],
): VerbQuery<Verb> | undefined {
  const text = query.trimStart().toLowerCase()
  const [first = '', ...others] = text.split(/\s+/)
  const rest = others.join(' ').trim()
  const findVerb = (test: (word: string) => boolean) => verbs.find(({ words }) => words.some(test))

  const whole = findVerb((word) => word === first)
  if (whole) return { verb: whole.verb, rest }
  for (const { verb, words } of verbs) {
    const stuck = words.find((word) => ideograph.test(word) && first.startsWith(word))
    if (stuck) return { verb, rest: `${first.slice(stuck.length)} ${rest}`.trim() }
  }
  if (first.length < 3 || rest === '') return undefined
  const begun = findVerb((word) => word.startsWith(first))
  return begun && { verb: begun.verb, rest }
}
