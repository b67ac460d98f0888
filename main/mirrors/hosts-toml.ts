import { type PullAddress, secretHeader } from './pull-address.ts'

/** This computer's loopback, as the guest's user network calls it. */
export const hostAddress = '10.0.2.2'

/**
 * The `hosts.toml` that sends every pull of the engine and of BuildKit to our mirror first, and to the registry itself
 * when that does not have it or is not there: https://github.com/containerd/containerd/blob/main/docs/hosts.md. It is
 * read for each pull anew, so nothing has to be told of a change.
 */
export function toHostsToml({ port, secret }: PullAddress): string {
  const host = `host."http://${hostAddress}:${port}"`
  return [
    `[${host}]`,
    '  capabilities = ["pull", "resolve"]',
    '  dial_timeout = "2s"',
    `  [${host}.header]`,
    `    ${secretHeader} = "${secret}"`,
    '',
  ].join('\n')
}
