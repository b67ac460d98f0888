import { VmError } from '#vm'
import { expect, test } from './fake-window.ts'

test('what the guest mended, and ended for want of memory, is told once', async ({
  page,
  server,
}) => {
  await expect(page.getByRole('heading', { name: 'Containers' })).toBeVisible()
  const file = '/data/docker/network/files/local-kv.db.broken'
  server.machine.note({
    repairs: [{ what: 'networks', file }],
    outOfMemory: { killed: 'node (812)', at: Date.now() },
  })
  const { health } = server.machine.snapshot
  server.machine.setHealth(
    health.map((one) =>
      one.link === 'ssh'
        ? { ...one, repairs: one.repairs + 1, mended: new VmError('link-lost', { seconds: 10 }) }
        : one,
    ),
  )
  await page.getByTestId('notices').click()
  const panel = page.getByTestId('notices-panel')
  await expect(panel.getByText(file)).toHaveCount(1)
  await expect(panel).toContainText('Its kernel ended node (812)')
  // It is no more being made anew.
  await expect(panel).toContainText('It is well again. What was told of it before: The connection')
})
