import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from './app.ts'

/** Starts an app as Electron does: its folder's package.json names the entry, flags before it are not the app's. */
const given = process.argv.slice(2)
const at = given.findIndex((argument) => !argument.startsWith('-'))
const folder = resolve(given[at] ?? '.')
const about = JSON.parse(readFileSync(resolve(folder, 'package.json'), 'utf8')) as {
  main: string
  version: string
  productName?: string
  name: string
}

process.argv = [process.argv[0] ?? '', folder, ...given.slice(at + 1)]
Object.defineProperty(process.versions, 'electron', { value: '0.0.0-stand-in' })
Object.assign(process, { type: 'browser', defaultApp: true, resourcesPath: folder })
app.describe({
  path: folder,
  version: about.version,
  name: about.productName ?? about.name,
})
// Electron turns these into a quit; it can be prevented, and then the app ends by itself.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit())

await import(pathToFileURL(resolve(folder, about.main)).href)
app.becomeReady()
