import { registerHooks } from 'node:module'

/** `import … from 'electron'` and `require('electron')` give the stand-in, in whatever file they stand. */
const standIn = new URL('./electron.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron'
      ? { url: standIn, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
})
