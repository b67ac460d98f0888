import { expect, oneFace, test } from './berth.ts'
import { testImage } from './one-machine.ts'

/** Says a line, waits, and ends at once when it is told to. */
const greeter = `sh -c "echo hello from inside; trap exit TERM; sleep 600 & wait"`

test.afterEach(async ({ docker }) => {
  const { stdout } = await docker(['ps', '-aq'])
  const ids = stdout.split('\n').filter(Boolean)
  if (ids.length > 0) await docker(['rm', '-f', ...ids])
})

test('a container is run from an image, shows its log, stops and is removed', async ({
  window,
}) => {
  const { containers, log } = window
  await containers.run({ image: testImage, name: 'greeter', command: greeter })
  await expect(containers.row('greeter')).toContainText('Running')

  await containers.openLog('greeter')
  await expect(log.lines).toContainText('hello from inside')
  await log.leave()

  await containers.stop('greeter')
  await expect(containers.row('greeter')).toContainText('Exited')

  await containers.remove('greeter')
  await window.confirm.click()
  await expect(containers.row('greeter')).toHaveCount(0)
  await expect(window.failures).toHaveCount(0)
})

test('a container that another client starts, stops and removes is followed without a reload', async ({
  window,
  docker,
}) => {
  const { containers } = window
  await docker(['run', '-d', '--init', '--name', 'from-outside', testImage, 'sleep', '600'])
  await expect(containers.row('from-outside')).toContainText('Running')
  await docker(['stop', 'from-outside'])
  await expect(containers.row('from-outside')).toContainText('Exited')
  await docker(['rm', 'from-outside'])
  await expect(containers.row('from-outside')).toHaveCount(0)
})

test('removal that is not confirmed removes nothing', oneFace, async ({ window, docker }) => {
  const { containers, page } = window
  await docker(['create', '--name', 'kept', testImage])
  await containers.remove('kept')
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(containers.row('kept')).toContainText('Created')
})

test(
  'a name that is taken is refused in one sentence, and the other container stays',
  oneFace,
  async ({ window, docker }) => {
    await docker(['create', '--name', 'taken', testImage])
    await window.containers.run({ image: testImage, name: 'taken' })
    await expect(window.page.getByText('There is already a container named taken.')).toHaveCount(1)
    const { stdout } = await docker(['ps', '-a', '--format', '{{.Names}}'])
    expect(stdout).toBe('taken\n')
  },
)

test('a port that is taken is refused in one sentence', oneFace, async ({ window, docker }) => {
  const ports = { hostPort: 18080, containerPort: 80 }
  await docker([
    'run',
    '-d',
    '--init',
    '-p',
    '18080:80',
    '--name',
    'first',
    testImage,
    'sleep',
    '600',
  ])
  await window.containers.run({ image: testImage, name: 'second', command: 'sleep 600', ...ports })
  await expect(window.page.getByText('Port 18080 is already in use.')).toHaveCount(1)
})
