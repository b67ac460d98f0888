import { createRouter, createWebHashHistory } from 'vue-router'
import ContainersView from './views/containers/ContainersView.vue'

declare module 'vue-router' {
  interface RouteMeta {
    /** Shows nothing of use while the engine does not answer. */
    needsEngine?: boolean
  }
}

const needsEngine = { needsEngine: true }
const coming = ['volumes', 'networks', 'builds'] as const

/** Routes live behind the `#`, so that the same build works over http and from a file. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', component: () => import('./views/home/HomeView.vue') },
    { path: '/containers', component: ContainersView, meta: needsEngine },
    {
      path: '/containers/:id/:tab?',
      component: () => import('./views/container/ContainerView.vue'),
      props: true,
      meta: needsEngine,
    },
    {
      path: '/images',
      component: () => import('./views/images/ImagesView.vue'),
      meta: needsEngine,
    },
    {
      path: '/images/:id/:tab?',
      component: () => import('./views/image/ImageView.vue'),
      props: true,
      meta: needsEngine,
    },
    {
      path: '/compose',
      component: () => import('./views/compose/ComposeView.vue'),
      meta: needsEngine,
    },
    {
      path: '/compose/:name/:tab?',
      component: () => import('./views/project/ProjectView.vue'),
      props: true,
      meta: needsEngine,
    },
    { path: '/registries', component: () => import('./views/registries/RegistriesView.vue') },
    {
      path: '/registries/search/:term',
      component: () => import('./views/registries/SearchView.vue'),
      props: true,
    },
    {
      path: '/registries/:registry',
      component: () => import('./views/registries/RepositoriesView.vue'),
      props: true,
    },
    {
      path: '/registries/:registry/:repository/:tag?',
      component: () => import('./views/registries/RepositoryView.vue'),
      props: true,
    },
    { path: '/mirrors', component: () => import('./views/mirrors/MirrorsView.vue') },
    { path: '/ports', component: () => import('./views/ports/PortsView.vue'), meta: needsEngine },
    { path: '/commands', component: () => import('./views/commands/CommandsView.vue') },
    { path: '/doctor', component: () => import('./views/doctor/DoctorView.vue') },
    {
      path: '/reclaim',
      component: () => import('./views/reclaim/ReclaimView.vue'),
      meta: needsEngine,
    },
    { path: '/settings', component: () => import('./views/settings/SettingsView.vue') },
    {
      path: '/settings/engine',
      component: () => import('./views/engine-settings/EngineSettingsView.vue'),
    },
    ...coming.map((page) => ({
      path: `/${page}`,
      component: () => import('./views/coming/ComingView.vue'),
      props: { page },
    })),
    { path: '/:rest(.*)*', redirect: '/' },
  ],
})
