import { defineConfig } from 'electron-vite'

/**
 * Main and preload as Electron runs them. The window has a build of its own (renderer/vite.config.ts), which the
 * browser face uses too. One file each: paths are found from `dist/main` as they are from a folder of `main`.
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'dist/main',
      target: 'node24',
      minify: false,
      sourcemap: true,
      rollupOptions: {
        input: { index: 'main/electron/index.ts' },
        output: { format: 'es', entryFileNames: 'index.js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'dist/preload',
      // A sandboxed preload is CommonJS, and may require nothing but electron.
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: 'main/electron/preload.ts' },
        output: { format: 'cjs', entryFileNames: 'preload.cjs' },
      },
    },
  },
})
