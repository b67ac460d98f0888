import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const inRepository = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

/**
 * The commands of an installed app: each a file with all that it imports. They lie outside of the app's archive, beside
 * a Node of their own (see extraResources in electron-builder.yml), since the app's executable is sealed against running
 * scripts.
 */
export default defineConfig({
  root: inRepository('main/cli'),
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: inRepository('dist/cli'),
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    rolldownOptions: {
      // ssh2 does without its native parts, which these few bytes do not need.
      external: [/\.node$/],
      input: {
        berth: inRepository('main/cli/index.ts'),
        'docker-credential-berth': inRepository('main/cli/docker-credential-entry.ts'),
      },
      output: {
        ...{ format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
        // What CommonJS modules, ssh2 for one, take for given.
        intro: 'const __dirname = import.meta.dirname;',
      },
    },
  },
})
