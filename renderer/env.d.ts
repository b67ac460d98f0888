/** The icons that the window uses, picked by the build. */
declare module 'virtual:nuxt-ui-icons' {
  import type { IconifyIcon } from '@iconify/vue'

  export function init(addIcon: (name: string, icon: IconifyIcon) => boolean): void
}
