import type { EngineStore } from '../../support/fake-engine/store.ts'

/** Every page of the window, by a name for reports. `container` and `image` are opened where one is needed. */
export function allRoutes(
  store: EngineStore,
  container: string,
  image: string,
): [string, string][] {
  const { id, labels } = store.container(container)
  const imageId = encodeURIComponent(store.image(image).id)
  const tabs = [
    'overview',
    'logs',
    'terminal',
    'stats',
    'inspect',
    'env',
    'mounts',
    'ports',
    'processes',
    'changes',
  ]
  const pages = [
    'containers',
    'images',
    'compose',
    'registries',
    'mirrors',
    'ports',
    'commands',
    'reclaim',
    'doctor',
    'settings',
    'settings/engine',
  ]
  const coming = ['volumes', 'networks', 'builds']
  const project = labels['com.docker.compose.project']
  const projectRoute = `/compose/${encodeURIComponent(project ?? '')}`
  return [
    ['home', '/'],
    ...[...pages, ...coming].map((page): [string, string] => [page, `/${page}`]),
    ...tabs.map((tab): [string, string] => [`container ${tab}`, `/containers/${id}/${tab}`]),
    ['image', `/images/${imageId}`],
    ...(project === undefined
      ? []
      : ([
          ['project', projectRoute],
          ['project logs', `${projectRoute}/logs`],
        ] as [string, string][])),
  ]
}
