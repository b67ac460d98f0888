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
  const { containers, container, runForm } = window
  await runForm.run({ image: testImage, name: 'greeter', command: greeter })
  await expect(containers.row('greeter')).toContainText('Running')

  await containers.openLog('greeter')
  await expect(container.log.lines).toContainText('hello from inside')
  await container.leave()

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
