/** Where the window's page is: an origin of its own, which no server has. */
export const appOrigin = 'app://berth'

/** Whether an address is a page of the window. */
export function isOurs(address: string): boolean {
  return address.startsWith(`${appOrigin}/`)
}

/**
 * What the user's own browser is handed for an address that was clicked: any page of the web, as a terminal does it,
 * since what a program prints leads wherever its author likes. Every other scheme could start a program of this
 * computer, and a name before the host (`https://docs.docker.com@elsewhere`) hides where a link leads.
 */
export function toExternal(address: string): string | undefined {
  const url = URL.parse(address)
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return undefined
  if (url.username !== '' || url.password !== '') return undefined
  return url.href
}

/** Everything is refused but to put text on the clipboard, which the window's copy buttons do. */
export function isPermitted(permission: string, address: string): boolean {
  return permission === 'clipboard-sanitized-write' && isOurs(address)
}
