/**
 * Every failure that has words of its own. The sentence for each stands in assets/locales under `errors.<code>`;
 * a test holds the two together. Codes of the machine are the same as in vm/errors.ts.
 */
export const errorCodes = [
  // the machine
  'image-missing',
  'image-damaged',
  'image-not-for-host',
  'qemu-missing',
  'qemu-unusable',
  'qemu-slow',
  'qemu-too-old',
  'qemu-failed',
  'accel-unusable',
  'disk-full',
  'disk-damaged',
  'disk-failing',
  'disk-in-use',
  'disk-missing',
  'disk-place-unreadable',
  'disk-name-taken',
  'disk-folder-unfit',
  'disk-move-stopped',
  'disk-folder-missing',
  'disk-there-already',
  'disk-exists-there',
  'disk-no-room',
  'disk-file-limit',
  'disk-copy-differs',
  'disk-move-failed',
  'disk-moving',
  'disk-moved-not-started',
  'host-disk-low',
  'disk-shrink',
  'memory-in-use',
  'swap-no-room',
  'swap-in-use',
  'limit-refused',
  'folder-not-writable',
  'boot-timeout',
  'boot-failed',
  'system-failed',
  'ssh-timeout',
  'ssh-host-key-mismatch',
  'ssh-key-refused',
  'engine-timeout',
  'socket-taken',
  'socket-path-too-long',
  'link-lost',
  'engine-down',
  'engine-frozen',
  'engine-hangs',
  'engine-gave-up',
  'clock-drift',
  'console-panic',
  'console-data-disk',
  'console-system-disk',
  'console-engine',
  'console-sshd',
  'console-disk-error',
  'console-starved',
  'guest-out-of-memory',
  'guest-inodes-full',
  'guest-disk-low',
  'repaired-file-system',
  'repaired-networks',
  'repaired-volumes',
  'repaired-build-cache',
  'repaired-engine-settings',
  'repaired-container',
  'repaired-images',
  'repaired-images-of-last-stop',
  'accel-slow',
  'machine-vanished',
  'machine-killed',
  'forward-refused',
  'virtiofs-not-linux',
  'virtiofs-old-qemu',
  'virtiofs-no-server',
  'virtiofs-old-server',
  'virtiofs-no-namespace',
  'virtiofs-failed',
  'virtiofs-ended',
  'not-running',
  'stop-forced',
  'stop-failed',
  // the engine
  'engine-unreachable',
  'engine-refused',
  'engine-garbled',
  'container-missing',
  'container-busy',
  'container-not-running',
  'container-name-taken',
  'image-not-found',
  'image-name-invalid',
  'image-file-invalid',
  'image-platform-missing',
  'image-in-use',
  'port-taken',
  'pull-failed',
  'push-missing',
  'push-partial',
  'push-large',
  'push-unsupported',
  'push-limited',
  'push-busy',
  'push-denied',
  'push-login',
  'push-failed',
  // mirrors and registries
  'mirror-url-invalid',
  'mirror-registry-invalid',
  'mirror-there',
  'mirror-missing',
  'mirror-kept-shape',
  'mirror-kept-url',
  'mirror-kept-registry',
  'mirrors-off',
  'mirrors-not-told',
  'registry-absent',
  'registry-lagging',
  'registry-denied',
  'registry-limited',
  'registry-busy',
  'registry-dns',
  'registry-unreachable',
  'registry-tls',
  'registry-proxy',
  'registry-proxy-denied',
  'registry-slow',
  'registry-cut',
  'registry-lied',
  'registry-garbled',
  'registry-name-invalid',
  'registry-plain-http',
  'registry-login-invalid',
  'registry-login-refused',
  'registry-login-missing',
  'credentials-nowhere',
  'credentials-away',
  'credentials-unreadable',
  'credential-helper-failed',
  'docker-config-unreadable',
  'docker-config-changed',
  'docker-helper-missing',
  // compose
  'compose-missing',
  'compose-large',
  'compose-invalid',
  'compose-remote',
  'compose-slow',
  'compose-no-file',
  'compose-busy',
  'compose-failed',
  // ports of this computer
  'ui-port-taken',
  'host-port-taken',
  'host-port-taken-unknown',
  'host-port-low',
  'host-port-denied',
  'host-port-address',
  'host-port-sctp',
  'host-port-guest-only',
  'host-port-failed',
  'host-port-ours',
  'host-port-fixed',
  'forward-udp',
  'forward-missing',
  'folder-not-shared',
  'folders-not-mounted',
  'folder-watch-limit',
  'folder-missing',
  'folder-unreadable',
  'folder-elsewhere',
  // the host's network
  'proxy-unreachable',
  'authority-invalid',
  'authority-key',
  'authority-expired',
  'network-not-told',
  'network-not-back',
  'network-url-invalid',
  // settings of the engine
  'engine-settings-wrong',
  'engine-settings-refused',
  'engine-settings-busy',
  'engine-settings-taken-back',
  'engine-settings-not-back',
  'engine-settings-reset',
  // reclaim
  'reclaim-stale',
  'reclaim-busy',
  'reclaim-guest',
  // the app
  'setting-unknown',
  'setting-invalid',
  'settings-reset',
  'share-invalid',
  'share-missing',
  'share-root',
  'share-twice',
  'share-unreadable',
  'input-invalid',
  'already-running',
  'app-failed',
  'home-not-writable',
  'disconnected',
  'internal',
] as const

export type ErrorCode = (typeof errorCodes)[number]
export type ErrorParams = Record<string, string | number>

/** What crosses a link when a call or a stream fails. `details` are lines to show below the sentence (a console's last lines). */
export interface ErrorShape {
  code: ErrorCode
  params: ErrorParams
  details?: string[]
}

/** A failure with words for its user. Anything else that is thrown is a bug and reaches the window as `internal`. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly params: ErrorParams
  readonly details: string[]

  constructor(
    code: ErrorCode,
    params: ErrorParams = {},
    options: { cause?: unknown; details?: string[] } = {},
  ) {
    super(`${code} ${JSON.stringify(params)}`, { cause: options.cause })
    this.code = code
    this.params = params
    this.details = options.details ?? []
  }

  toShape(): ErrorShape {
    return {
      code: this.code,
      params: this.params,
      ...(this.details.length > 0 && { details: this.details }),
    }
  }

  static fromShape(shape: ErrorShape): AppError {
    return new AppError(shape.code, shape.params, { details: shape.details ?? [] })
  }
}
