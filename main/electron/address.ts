/** Where the window's page is: an origin of its own, which no server has. */
export const appOrigin = 'app://berth'

/** Where a link of the window may lead: into the user's own browser, and only there. */
const externalHosts: readonly string[] = ['docs.docker.com', 'hub.docker.com']

/** Whether an address is a page of the window. */
export function isOurs(address: string): boolean {
  return address.startsWith(`${appOrigin}/`)
}

/** Whether an address may be handed to the user's browser: a page of Docker's, or a port of this computer. */
export function isExternal(address: string): boolean {
  const url = URL.parse(address)
  if (url?.username !== '' || url.password !== '') return false
  if (isLoopback(url.hostname)) return url.protocol === 'http:' || url.protocol === 'https:'
  return url.protocol === 'https:' && url.port === '' && externalHosts.includes(url.hostname)
}

/** Where containers' published ports are found. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/** Everything is refused but to put text on the clipboard, which the window's copy buttons do. */
export function isPermitted(permission: string, address: string): boolean {
  return permission === 'clipboard-sanitized-write' && isOurs(address)
}
