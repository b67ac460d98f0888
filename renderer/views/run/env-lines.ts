export interface EnvRow {
  name: string
  value: string
}

const line = /^\s*(?:export\s+|-e\s+|--env[= ])?([A-Za-z_][\w.-]*)\s*=(.*)$/

/** The variables of a .env file, or of lines like it; undefined when the text is none. Comments are left out. */
export function parseEnvLines(text: string): EnvRow[] | undefined {
  const lines = text.split(/\r?\n/).filter((entry) => !/^\s*(?:#|$)/.test(entry))
  const rows = lines.map((entry) => {
    const [, name, value = ''] = line.exec(entry) ?? []
    return name === undefined ? undefined : { name, value: unquote(value.trim()) }
  })
  const known = rows.filter((row) => row !== undefined)
  return known.length > 0 && known.length === rows.length ? known : undefined
}

function unquote(value: string): string {
  const quoted = /^"((?:\\.|[^"\\])*)"\s*(?:#.*)?$/.exec(value)?.[1]
  if (quoted !== undefined)
    return quoted.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))
  const single = /^'([^']*)'\s*(?:#.*)?$/.exec(value)?.[1]
  return single ?? value.replace(/\s+#.*$/, '')
}
