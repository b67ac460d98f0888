/** A flag with its value, or nothing without one. */
export const flag = (name: string, value: string | number | undefined) =>
  value === undefined || value === '' ? [] : [name, String(value)]

/** A flag that is there or is not. */
export const when = (isThere: boolean | undefined, name: string) => (isThere === true ? [name] : [])

/** A list of folders is JSON on the command line too. */
export function toSettingText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
