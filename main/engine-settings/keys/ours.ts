import { keysOf, type KeyRow } from './key-row.ts'

const { jsonKey } = keysOf('ours')

/**
 * What the machine stands on: where the engine listens and keeps its things, how it finds containerd, that containers
 * outlive it, and the lines by which the guest knows how it is.
 */
const names = [
  ...['hosts', 'group', 'tls', 'tlsverify', 'tlscacert', 'tlscert', 'tlskey'],
  ...['containerd', 'containerd-namespace', 'containerd-plugins-namespace', 'cri-containerd'],
  ...['data-root', 'exec-root', 'pidfile', 'storage-driver', 'storage-opts'],
  ...['live-restore', 'userland-proxy', 'userland-proxy-path', 'ip'],
  ...['host-gateway-ip', 'host-gateway-ips', 'log-format', 'raw-logs', 'init-path'],
  ...['userns-remap', 'rootless', 'selinux-enabled', 'cpu-rt-period', 'cpu-rt-runtime'],
  // Old ones that the engine takes and does nothing with.
  ...['deprecated-key-path', 'allow-nondistributable-artifacts'],
]

/** Berth's own keys: whoever sets one is told so. */
export const ourKeys: readonly KeyRow[] = names.map((name) =>
  jsonKey(name, (node, tell) => tell(node, 'key-ours', { key: name })),
)
