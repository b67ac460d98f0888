const plain = /^[\w%+,./:@-]*$/

/** Variables as a .env file, of which the last one of a name counts; values are quoted where they need it. */
export function toDotEnv(env: readonly { name: string; value: string }[]): string {
  return env.map(({ name, value }) => `${name}=${quote(value)}\n`).join('')
}

function quote(value: string): string {
  if (plain.test(value)) return value
  // Single quotes keep all as it is, in Compose and in shells; they cannot hold themselves.
  if (!value.includes("'") && !value.includes('\n')) return `'${value}'`
  const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('$', '\\$')
  return `"${escaped.replaceAll('\n', '\\n')}"`
}
