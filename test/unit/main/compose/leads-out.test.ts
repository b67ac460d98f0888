import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { leadsOut } from '../../../../main/compose/leads-out.ts'

test.runIf(process.platform !== 'win32')('a link in a project may lead out of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-project-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const project = join(folder, 'by-link')
  for (const name of ['project/site', 'outside']) mkdirSync(join(folder, name), { recursive: true })
  symlinkSync('project', project)
  symlinkSync('site', join(project, 'inner'))
  symlinkSync('../outside', join(project, 'out'))
  symlinkSync('/var/lib/of-the-guest', join(project, 'guest'))
  const tried = [
    'site',
    'site/none',
    'none',
    '',
    'inner',
    'inner/x',
    'out',
    'out/x',
    'guest',
    'guest/x',
  ]
  expect(tried.filter((name) => leadsOut(project, join(project, name)))).toEqual([
    ...['out', 'out/x', 'guest', 'guest/x'],
  ])
})
