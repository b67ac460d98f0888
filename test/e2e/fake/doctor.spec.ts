import { VmError } from '#vm'
import { expect, test } from './fake-window.ts'

test.use({ start: '/doctor' })

test('says that all is well, and what was looked at', async ({ page }) => {
  await expect(page.getByTestId('report-summary')).toHaveText('All is well, with something to know')
  // The scenario’s machine runs in emulation.
  await expect(page.getByTestId('finding-accel')).toContainText('turn on virtualization')
  await expect(page.getByTestId('doctor-quiet')).toContainText('Docker Engine')
})

test('does not go on saying that all is well when another look fails', async ({ page, server }) => {
  await expect(page.getByTestId('report-summary')).toContainText('All is well')
  server.machine.serialTail = () => Promise.reject(new Error('no console'))
  await page.getByTestId('doctor-again').click()
  await expect(page.getByRole('main').getByRole('alert')).toContainText('Something went wrong')
  await expect(page.getByTestId('report-summary')).toBeHidden()
})

test.describe('of a machine in trouble', () => {
  test.use({ fake: { scenario: 'degraded', fast: true } })
  test('tells the link with its sentence, and looks again when asked', async ({ page, server }) => {
    await expect(page.getByTestId('finding-socket')).toContainText('is being made anew')
    await expect(page.getByTestId('report-summary')).toContainText('1')
    const { health } = server.machine.snapshot
    server.machine.setHealth(
      health.map((one) =>
        one.link === 'socket' ? { link: 'socket', state: 'ok', repairs: 4 } : one,
      ),
    )
    await page.getByTestId('doctor-again').click()
    await expect(page.getByTestId('report-summary')).toHaveText('All is well')
    await expect(page.getByTestId('finding-socket')).toBeHidden()
    server.machine.setHealth(
      health.map((one) =>
        one.link === 'engine'
          ? {
              ...{ link: 'engine', state: 'down', repairs: 0 },
              error: new VmError('engine-gave-up', { why: 'it <b>ended</b>', said: 'panic' }),
            }
          : { ...one, state: 'ok' },
      ),
    )
    await page.getByTestId('doctor-again').click()
    await expect(page.getByTestId('finding-engine')).toContainText('it <b>ended</b>: panic')
  })
})
