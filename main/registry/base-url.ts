import { AppError, dockerHub } from '#api'

/** Docker Hub is called by one name and answers at another. */
const dockerHubHost = 'registry-1.docker.io'

/** Where a registry answers itself: its name in image references (`ghcr.io`, `example.org:5000`) as the base of its API. */
export function toRegistryBase(registry: string): string {
  return `https://${registry === dockerHub ? dockerHubHost : registry}/v2`
}

/**
 * The base below which a mirror has names of images: `/v2` is added to an address that does not say where it is, as
 * dockerd does with its own mirrors (https://docs.docker.com/docker-hub/image-library/mirror/); what stands behind it
 * comes before each name: `https://mirror.example/v2/ghcr.io`.
 * @throws {AppError} `mirror-url-invalid`
 */
export function toMirrorBase(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (!url || !isWeb || url.search !== '' || url.hash !== '' || url.username !== '')
    throw new AppError('mirror-url-invalid', { url: withoutSecrets(text) })
  const path = url.pathname.replace(/\/+$/, '')
  return `${url.origin}${/\/v2(\/|$)/.test(path) ? path : `${path}/v2`}`
}

/** Whether a name of a registry means the machine that says it: the guest's loopback is none of ours. */
export function isLoopbackRegistry(registry: string): boolean {
  return (
    !URL.canParse(`http://${registry}`) || isLoopbackHost(new URL(`http://${registry}`).hostname)
  )
}

/** A host as a URL has it, however it was written. An address of all zeros leads to the loopback, too. */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, '')
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  return /^(127\.|0\.0\.0\.0$|\[::1?\]$|\[::ffff:(7f|0:0\]))/.test(host)
}

/** The name of a registry as it stands before the first slash of an image reference. */
export function isRegistryName(text: string): boolean {
  return /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::\d{1,5})?$/i.test(
    text,
  )
}

/** Whoever writes a password into an address must not find it in a message. */
export function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^/@]*@/g, '//…@')
}
