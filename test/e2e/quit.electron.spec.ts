import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asElectron, expect, test } from './berth.ts'
import { askApp, gone, runBerth } from './cli.ts'
import { hasTrueElectron } from './electron-face.ts'
import { clickTray } from './tray.ts'

test('quitting shuts the machine down in order', async ({ face }) => {
  const { application } = asElectron(face)
  const status = await askApp((api) => api.machine.status())
  const ended = new Promise<void>((resolve) => application.once('close', () => resolve()))
  const exit = new Promise((resolve) => application.process().once('exit', resolve))
  if (hasTrueElectron) await application.evaluate(({ app }) => app.quit())
  else await clickTray(application, 'Quit Berth')
  await ended
  expect(await exit).toBe(0)
  await gone(status?.vm?.pid ?? 0)
  const left = await runBerth(['status', '--json'], [3])
  expect(JSON.parse(left)).toMatchObject({ state: 'stopped' })
  const log = await readFile(join(process.env['BERTH_HOME'] ?? '', 'logs', 'app.log'), 'utf8')
  expect(log).not.toContain('shell.ending')
})
