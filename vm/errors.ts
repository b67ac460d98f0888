/** Every way in which the machine can fail its user; the words are in assets/locales under `errors`. */
export type VmErrorCode =
  | 'image-missing'
  | 'image-damaged'
  | 'image-not-for-host'
  | 'qemu-missing'
  | 'qemu-unusable'
  | 'qemu-slow'
  | 'qemu-too-old'
  | 'qemu-failed'
  | 'accel-unusable'
  | 'disk-full'
  | 'disk-damaged'
  | 'disk-failing'
  | 'disk-in-use'
  | 'disk-missing'
  | 'disk-place-unreadable'
  | 'disk-name-taken'
  | 'disk-folder-unfit'
  | 'disk-move-stopped'
  | 'disk-folder-missing'
  | 'disk-there-already'
  | 'disk-exists-there'
  | 'disk-no-room'
  | 'disk-file-limit'
  | 'disk-copy-differs'
  | 'disk-move-failed'
  | 'disk-moving'
  | 'host-disk-low'
  | 'disk-shrink'
  | 'folder-not-writable'
  | 'boot-timeout'
  | 'boot-failed'
  | 'system-failed'
  | 'ssh-timeout'
  | 'ssh-host-key-mismatch'
  | 'ssh-key-refused'
  | 'engine-timeout'
  | 'socket-taken'
  | 'socket-path-too-long'
  | 'link-lost'
  | 'engine-down'
  | 'engine-frozen'
  | 'engine-hangs'
  | 'engine-gave-up'
  | 'clock-drift'
  | 'machine-vanished'
  | 'machine-killed'
  | 'forward-refused'
  | 'virtiofs-not-linux'
  | 'virtiofs-old-qemu'
  | 'virtiofs-no-server'
  | 'virtiofs-old-server'
  | 'virtiofs-no-namespace'
  | 'virtiofs-failed'
  | 'virtiofs-ended'
  | 'memory-in-use'
  | 'swap-no-room'
  | 'swap-in-use'
  | 'limit-refused'
  | 'not-running'
  | 'stop-forced'
  | 'stop-failed'

export type ErrorParams = Record<string, string | number>

/** A failure the user can meet. `params` fill the sentence; `serial` holds the guest console's last lines. */
export class VmError extends Error {
  override readonly name = 'VmError'
  readonly code: VmErrorCode
  readonly params: ErrorParams
  readonly serial: readonly string[]

  constructor(
    code: VmErrorCode,
    params: ErrorParams = {},
    options: { cause?: unknown; serial?: readonly string[] } = {},
  ) {
    super(`${code} ${JSON.stringify(params)}`, { cause: options.cause })
    this.code = code
    this.params = params
    this.serial = options.serial ?? []
  }
}
