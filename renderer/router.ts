import { createRouter, createWebHashHistory } from 'vue-router'
import ContainersView from './views/containers/ContainersView.vue'

declare module 'vue-router' {
  interface RouteMeta {
    /** Shows nothing of use while the engine does not answer. */
    needsEngine?: boolean
  }
}

/** Routes live behind the `#`, so that the same build works over http and from a file. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', redirect: '/containers' },
    { path: '/containers', component: ContainersView, meta: { needsEngine: true } },
    {
      path: '/containers/:id/logs',
      component: () => import('./views/containers/ContainerLogs.vue'),
      props: true,
      meta: { needsEngine: true },
    },
    {
      path: '/images',
      component: () => import('./views/images/ImagesView.vue'),
      meta: { needsEngine: true },
    },
    { path: '/settings', component: () => import('./views/settings/SettingsView.vue') },
    { path: '/:rest(.*)*', redirect: '/containers' },
  ],
})
