#!/usr/bin/env node
// Plain JavaScript for any Node: the rest of the CLI is TypeScript, which Node runs by itself from 22.18 on.
import { existsSync } from 'node:fs'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const runsTypeScript = major > 22 || (major === 22 && minor >= 18)
const hasPackages = existsSync(new URL('../../node_modules/zod/package.json', import.meta.url))

if (!runsTypeScript || !hasPackages) {
  process.stderr.write(
    'Berth is not set up in this checkout yet: run "npm start" there first, then "npx berth".\n' +
      '此目录中的 Berth 尚未就绪：请先在其中运行 "npm start"，再使用 "npx berth"。\n',
  )
  process.exitCode = 1
} else {
  await import('./index.ts')
}
