#!/usr/bin/env node
// Docker runs this by its name, with whatever Node comes first in its PATH: one that does not run TypeScript hands over
// to the one that set-up has put here.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const runsTypeScript = major > 22 || (major === 22 && minor >= 18)
const packages = new URL('../../node_modules/', import.meta.url)
const ownNode = fileURLToPath(
  new URL(`node/bin/node${process.platform === 'win32' ? '.exe' : ''}`, packages),
)

if (runsTypeScript && existsSync(new URL('zod/package.json', packages))) {
  await import('./docker-credential-entry.ts')
} else if (!runsTypeScript && existsSync(ownNode)) {
  const words = [fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  process.exitCode = spawnSync(ownNode, words, { stdio: 'inherit' }).status ?? 1
} else {
  // What docker takes for "nobody is logged in": it goes on without.
  process.stdout.write('credentials not found in native keychain\n')
  process.stderr.write(
    'Berth is not set up in its checkout: run "npm start" there first.\n' +
      'Berth 尚未就绪：请先在其目录中运行 "npm start"。\n',
  )
  process.exitCode = 1
}
