import { node24, root } from './checkout.mjs'
import { runEntry } from './entry.mjs'
import { runInForeground } from './foreground.mjs'
import { nodeEnv } from './npm.mjs'
import { say } from './progress.mjs'
import { setUp } from './setup.mjs'

const args = process.argv.slice(2)
const headless = args.includes('--headless')
const rest = args.filter((arg) => arg !== '--headless')

await runEntry(async (stop) => {
  const { image, electron } = await setUp({ test: false, electron: !headless, signal: stop.signal })
  stop.release()
  const env = { ...nodeEnv(), BERTH_IMAGE: image }
  if ('program' in electron) {
    // Chromium refuses to run as root with its sandbox.
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
    return runInForeground(electron.program, [...asRoot, '.', ...rest], { cwd: root, env })
  }
  if (!headless) say(`${electron.reason}: the window is served to your browser instead.`)
  return runInForeground(node24, ['main/headless/index.ts', ...rest], {
    cwd: root,
    env,
    channel: true,
  })
})
