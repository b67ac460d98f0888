/** The JSON object or list that a log line carries, behind whatever stands before it; undefined without one. */
export function findJson(line: string): { value: object } | undefined {
  const start = line.search(/[[{]/)
  if (start < 0 || !/[\]}]\s*$/.test(line)) return undefined
  try {
    const value: unknown = JSON.parse(line.slice(start))
    return typeof value === 'object' && value !== null ? { value } : undefined
  } catch {
    return undefined
  }
}
