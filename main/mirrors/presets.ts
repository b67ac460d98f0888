import type { MirrorPreset } from '#api'

const daocloud = (registry: string, host: string): MirrorPreset => ({
  name: 'DaoCloud',
  registry,
  url: `https://${host}.m.daocloud.io`,
})
const nanjing = (registry: string, host: string): MirrorPreset => ({
  name: 'Nanjing University',
  registry,
  url: `https://${host}.nju.edu.cn`,
})

/**
 * Public mirrors that are open to everybody, by what those who run them say of themselves. They come and go: each is
 * tested before it is trusted, and none is on by itself.
 */
export const presets: readonly MirrorPreset[] = [
  daocloud('docker.io', 'docker'),
  { name: '1Panel', registry: 'docker.io', url: 'https://docker.1panel.live' },
  { name: 'Google', registry: 'docker.io', url: 'https://mirror.gcr.io' },
  { name: 'Amazon ECR Public', registry: 'docker.io', url: 'https://public.ecr.aws/v2/docker' },
  daocloud('ghcr.io', 'ghcr'),
  nanjing('ghcr.io', 'ghcr'),
  daocloud('quay.io', 'quay'),
  nanjing('quay.io', 'quay'),
  daocloud('registry.k8s.io', 'k8s'),
  nanjing('registry.k8s.io', 'k8s'),
  daocloud('mcr.microsoft.com', 'mcr'),
  daocloud('gcr.io', 'gcr'),
  nanjing('gcr.io', 'gcr'),
]

/** Those that are shown before anybody has a mirror of them. */
export const knownRegistries = [
  'docker.io',
  'ghcr.io',
  'quay.io',
  'registry.k8s.io',
  'mcr.microsoft.com',
  'gcr.io',
] as const

/** A small image that everybody may have, by which an endpoint of the registry is tested. */
export const probeImages: Readonly<Record<string, { repository: string; tag: string }>> = {
  'docker.io': { repository: 'library/busybox', tag: 'latest' },
  'ghcr.io': { repository: 'distroless/static', tag: 'latest' },
  'quay.io': { repository: 'prometheus/busybox', tag: 'latest' },
  'registry.k8s.io': { repository: 'pause', tag: '3.10' },
  'mcr.microsoft.com': { repository: 'hello-world', tag: 'latest' },
  'gcr.io': { repository: 'distroless/static', tag: 'latest' },
}
