import { fileURLToPath } from 'node:url'
import ui from '@nuxt/ui/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const inRepository = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

/**
 * The window's build. `base` is relative, so that one build works over http and from a file, and icons are bundled by
 * name: the window never asks any network for anything.
 */
export default defineConfig({
  root: inRepository('renderer'),
  base: './',
  publicDir: inRepository('assets/icons'),
  plugins: [
    vue(),
    ui({
      root: inRepository('.'),
      autoImport: false,
      components: false,
      colorMode: false,
      theme: { colors: ['primary', 'success', 'warning', 'error', 'neutral'] },
      experimental: { componentDetection: true },
      icon: { clientBundle: { scan: { globInclude: ['renderer/**/*.{vue,ts}'] } } },
      ui: {
        colors: { primary: 'blue', success: 'emerald', warning: 'amber', neutral: 'slate' },
        // With the window's radius a box so small would be as round as a choice of one.
        checkbox: { slots: { base: 'rounded-xs' } },
        modal: { variants: { overlay: { true: { overlay: 'bg-black/35 dark:bg-black/60' } } } },
      },
    }),
  ],
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: {
    outDir: inRepository('dist/renderer'),
    emptyOutDir: true,
    target: 'es2022',
    // An inlined asset would be a data: address, which script-src and connect-src refuse.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': { target: 'http://127.0.0.1:4173', ws: true },
      '/session': 'http://127.0.0.1:4173',
      '/upload': 'http://127.0.0.1:4173',
    },
  },
})
