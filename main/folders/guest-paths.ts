/**
 * What the guest has for itself. A host folder that lies in one of these is mounted aside, since mounting it at its
 * own path would hide or be hidden by the guest's.
 */
export const guestOwned = [
  ...['/bin', '/boot', '/data', '/dev', '/etc', '/init', '/lib', '/lib32', '/lib64', '/lower'],
  ...['/proc', '/root', '/run', '/sbin', '/sys', '/tmp', '/usr', '/var'],
] as const

/** What a container means when it asks for it: the guest's own, unless a shared folder is nearer. */
export const guestMeant = [
  ...['/dev', '/proc', '/sys', '/run', '/var/run', '/lib/modules', '/usr/lib/modules', '/usr/src'],
  ...['/var/lib/docker', '/var/lib/containerd', '/var/log/berth', '/boot'],
  ...['/etc/docker', '/etc/hostname', '/etc/hosts', '/etc/localtime', '/etc/machine-id'],
  ...['/etc/os-release', '/etc/resolv.conf', '/etc/timezone', '/etc/ssl/certs'],
  ...['/usr/share/zoneinfo', '/usr/share/ca-certificates', '/etc/passwd', '/etc/group'],
] as const

/** Where folders are mounted whose own path belongs to the guest. */
export const asideFolder = '/run/berth/folders'
