/** Goes where it is told before anything is covered: what it opens by a relative path there is not covered. */
const script = [
  'cd "$1"; shift',
  'while [ "$1" != -- ]; do mount -t tmpfs -o ro,mode=555,size=4k none "$1"; shift; done',
  'shift; exec "$@"',
].join('; ')

/**
 * The command that runs `command` in a user and a mount namespace of its own: as a root who is only this user outside,
 * so that the guest's root gets this user's rights and no more, and with each of the `hidden` folders empty.
 * The process keeps the pid that it was started with.
 */
export function inNamespace(
  command: readonly string[],
  { folder, hidden = [] }: { folder: string; hidden?: readonly string[] },
): [program: string, ...args: string[]] {
  return [
    ...(['unshare', '--user', '--map-root-user', '--mount', '--propagation', 'slave'] as const),
    ...['sh', '-ec', script, 'sh', folder, ...hidden, '--', ...command],
  ]
}
