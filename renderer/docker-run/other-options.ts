import type { OtherOption, Reason } from './option.ts'

type Takes = OtherOption['takes']

function others(reason: Reason, takes: Takes, names: string): OtherOption[] {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => ({ name, takes, reason }))
}

/** What `docker run` has besides, so that its values are not taken for the image, and the user is told. */
export const otherOptions: readonly OtherOption[] = [
  // A container of the window always runs in the background, and its output is on its own page.
  { name: 'detach', aliases: ['d'], takes: 'nothing' },
  { name: 'sig-proxy', takes: 'nothing' },
  { name: 'quiet', aliases: ['q'], takes: 'nothing' },
  { name: 'disable-content-trust', takes: 'nothing' },
  { name: 'help', takes: 'nothing' },
  { name: 'attach', aliases: ['a'], takes: 'many', reason: 'terminal' },
  ...others('terminal', 'one', 'detach-keys'),
  ...others('file', 'many', 'env-file label-file'),
  ...others('file', 'one', 'cidfile'),
  ...others('pull', 'one', 'pull'),
  ...others('windows', 'one', 'cpu-count cpu-percent io-maxbandwidth io-maxiops isolation'),
  ...others('old', 'many', 'link'),
  ...others('old', 'one', 'kernel-memory'),
  ...others('podman', 'nothing', 'replace rmi read-only-tmpfs'),
  ...others('podman', 'one', 'pod systemd tz umask restart-policy'),
  ...others('unsupported', 'nothing', 'oom-kill-disable use-api-socket'),
  ...others(
    'unsupported',
    'one',
    `blkio-weight cgroup-parent cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpuset-mems
     domainname health-start-interval ip6 memory-swappiness oom-score-adj uts volume-driver`,
  ),
  ...others(
    'unsupported',
    'many',
    `annotation blkio-weight-device device-cgroup-rule device-read-bps device-read-iops
     device-write-bps device-write-iops dns-opt dns-option dns-search link-local-ip storage-opt`,
  ),
]
