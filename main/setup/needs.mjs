/**
 * A Debian package, and a program in it whose presence serves as well; packages without one are data.
 * @typedef {{ name: string, program?: string }} Package
 * @typedef {object} Purpose
 * @property {boolean} image the guest image is built here
 * @property {boolean} test the tests are run
 * @property {boolean} administrator set-up runs as root
 */

/** @type {Record<string, Package>} */
const emulators = {
  x64: { name: 'qemu-system-x86', program: 'qemu-system-x86_64' },
  arm64: { name: 'qemu-system-arm', program: 'qemu-system-aarch64' },
}

/** @type {Package[]} */
const compiler = [
  { name: 'g++', program: 'g++' },
  { name: 'make', program: 'make' },
  { name: 'python3', program: 'python3' },
]

/** @type {Package[]} */
const imageTools = [
  { name: 'mmdebstrap', program: 'mmdebstrap' },
  { name: 'debian-archive-keyring' },
  { name: 'squashfs-tools', program: 'mksquashfs' },
  { name: 'cpio', program: 'cpio' },
  { name: 'zstd', program: 'zstd' },
  { name: 'xz-utils', program: 'xz' },
  { name: 'kmod', program: 'depmod' },
]

/** An ordinary user unpacks packages in a user namespace, which needs newuidmap. @type {Package} */
const userNamespaces = { name: 'uidmap', program: 'newuidmap' }

/** @type {Package[]} */
const testTools = [
  { name: 'chromium', program: 'chromium' },
  { name: 'xvfb', program: 'Xvfb' },
  { name: 'xauth', program: 'xauth' },
  { name: 'openssh-client', program: 'ssh' },
  { name: 'procps', program: 'ps' },
  { name: 'fonts-noto-cjk' },
]

/**
 * The Debian packages that a purpose needs on a computer of this architecture.
 * @param {string} arch as Node names it
 * @param {Purpose} purpose
 * @returns {Package[]}
 */
export function packagesFor(arch, { image, test, administrator }) {
  return [
    emulators[arch] ?? { name: 'qemu-system' },
    { name: 'qemu-utils', program: 'qemu-img' },
    ...compiler,
    ...(image ? imageTools : []),
    ...(image && !administrator ? [userNamespaces] : []),
    ...(test ? testTools : []),
  ]
}
