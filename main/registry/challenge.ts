/** What a registry wants to see before it answers: RFC 7235, https://distribution.github.io/distribution/spec/auth/token/ */
export type Challenge =
  | { scheme: 'basic' }
  | { scheme: 'bearer'; realm: string; service: string | undefined; scope: string | undefined }

const parameter = /([a-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi

/** The challenges of a `WWW-Authenticate` header that we can meet, in its order. */
export function parseChallenges(header: string): Challenge[] {
  const starts = [...header.matchAll(/(?:^|,)\s*(basic|bearer)(?=\s)/gi)]
  return starts.flatMap((start, index): Challenge[] => {
    if (start[1]?.toLowerCase() === 'basic') return [{ scheme: 'basic' }]
    const text = header.slice(start.index + start[0].length, starts[index + 1]?.index)
    const values = new Map<string, string>()
    for (const [, name = '', quoted, bare = ''] of text.matchAll(parameter))
      values.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare)
    const realm = values.get('realm')
    if (realm === undefined || !URL.canParse(realm)) return []
    return [{ scheme: 'bearer', realm, service: values.get('service'), scope: values.get('scope') }]
  })
}
