import { expect, holdLink, test } from './fake-window.ts'
import { removeContainer } from '../../support/fake-engine/container-verbs.ts'

/** The built window in a real browser, over the real app and server, on a fake machine and engine. */

test.describe('the containers', () => {
  test('are listed with state, ports and project, and follow the stream', async ({
    page,
    server,
  }) => {
    const row = page.getByTestId('container-shop-api-1')
    await expect(page.getByTestId('group-shop')).toContainText('3 of 4 running')
    await expect(row).toContainText('3000→3000')
    await expect(page.getByTestId('container-nightly-report')).toContainText('Exited (1)')
    const { store } = server.engine
    removeContainer(store, store.container('shop-api-1'))
    await expect(row).toBeHidden()
  })

  test('have logs as plain text that are followed', async ({ page }) => {
    await page.getByTestId('container-web').getByRole('link', { name: 'web', exact: true }).click()
    const log = page.getByTestId('log')
    await expect(log).toContainText('[warn] upstream timed out')
    await expect(log).toContainText('item/')
    const count = () => page.getByTestId('log-state').locator('span').first().textContent()
    const before = await count()
    await expect.poll(count, { message: 'it goes on' }).not.toBe(before)
    await page.getByTestId('log-search').fill('item/5')
    await expect(page.getByTestId('log-found')).not.toBeEmpty()
  })
})

test.describe('running an image', () => {
  test('puts refusals to their field and then runs', async ({ page }) => {
    await page.getByTestId('run').click()
    const form = page.getByTestId('run-form')
    await page.getByTestId('run-submit').click()
    await expect(form).toContainText('Enter the name of an image.')
    await form.getByPlaceholder('nginx:latest').fill('postgres:17')
    await page.getByTestId('run-name').fill('web')
    await page.getByTestId('run-submit').click()
    await expect(form).toContainText('already a container named web')
    await page.getByTestId('run-name').fill('db')
    await page.getByTestId('run-add-ports').click()
    await page.getByTestId('run-host-port-0').fill('8080')
    await page.getByTestId('run-container-port-0').fill('5432')
    await page.getByTestId('run-submit').click()
    await expect(form).toContainText('Port 8080 is already in use')
    await page.getByTestId('run-host-port-0').fill('15432')
    await page.getByTestId('run-submit').click()
    await expect(form).toBeHidden()
    await expect(page.getByTestId('container-db')).toContainText('15432→5432')
  })

  test('offers to pull what is missing, shows its progress and runs it', async ({ page }) => {
    await page.getByTestId('run').click()
    await page.getByTestId('run-form').getByPlaceholder('nginx:latest').fill('alpine:3')
    await expect(page.getByTestId('run-submit')).toHaveText('Pull and run')
    await page.getByTestId('run-submit').click()
    await expect(page.getByTestId('transfer-active')).toContainText('of 4 layers')
    await expect(page.getByRole('row', { name: /alpine:3/ })).toContainText('Running')
  })

  test.describe('slowly', () => {
    test.use({ fake: { stepMs: 400 } })
    test('cancels a pull and words one that fails', async ({ page, visit }) => {
      await visit('/images')
      for (const image of ['slow:1', 'missing:1']) {
        await page.getByTestId('pull').click()
        await page.getByTestId('pull-image').fill(image)
        await page.getByTestId('pull-submit').click()
      }
      await page.getByRole('button', { name: 'Cancel slow:1' }).click()
      await expect(page.getByTestId('transfer-failed')).toContainText('missing:1 was not found')
      await expect(page.getByTestId('transfer-cancelled')).toContainText('slow:1')
    })
  })

  test('loads an archive that the user picks', async ({ page, visit }) => {
    await visit('/images')
    const picking = page.waitForEvent('filechooser')
    await page.getByTestId('load').click()
    await (
      await picking
    ).setFiles({ name: 'x.tar', mimeType: 'application/x-tar', buffer: Buffer.from('tar') })
    await expect(page.getByTestId('transfer-done')).toContainText('x.tar')
    await expect(page.getByTestId('images')).toContainText('loaded:latest')
  })
})

test.describe('the machine', () => {
  test.describe('while it starts', () => {
    test.use({ fake: { scenario: 'starting', holdAt: 2 } })
    test('shows its stages, and then the containers', async ({ page, server }) => {
      await expect(page.getByTestId('machine')).toContainText('Start Docker Engine')
      await server.machine.start()
      await expect(page.getByTestId('container-web')).toBeVisible()
      await expect(page.getByTestId('health-line')).toContainText('Engine running')
    })
  })

  test.describe('that did not start', () => {
    test.use({ fake: { scenario: 'failed' } })
    test('says why, keeps the console at hand and tries again', async ({ page }) => {
      await expect(page.getByTestId('machine-error')).toContainText('within 180 seconds')
      await page.getByText('Last lines of the console').click()
      await expect(page.getByTestId('machine')).toContainText('networks have same bridge name')
      await page.getByRole('button', { name: 'Try again' }).click()
      await expect(page.getByTestId('container-web')).toBeVisible()
    })
  })

  test.describe('in trouble', () => {
    test.use({ fake: { scenario: 'degraded' } })
    test('names the link that is being repaired', async ({ page }) => {
      await expect(page.getByTestId('health-line')).toContainText('Docker socket: Repairing')
      await page.getByTestId('health-line').click()
      await expect(page.getByTestId('health-detail')).toContainText(
        'was lost and is being made anew',
      )
    })
  })

  test('is stopped only after a question', async ({ page }) => {
    await page.getByTestId('machine-menu').click()
    await page.getByRole('menuitem', { name: 'Stop machine' }).click()
    await page.getByRole('dialog').getByTestId('confirm').click()
    await expect(page.getByText('The machine is stopped')).toBeVisible()
  })
})

test.describe('the window', () => {
  test('says that the link is lost, and heals', async ({ page, server }) => {
    const link = await holdLink(page)
    await expect(page.getByTestId('container-web')).toBeVisible()
    await page.route('**/session', (route) => route.abort())
    link.cut()
    await expect(page.getByTestId('lost')).toBeVisible()
    const { store } = server.engine
    for (const container of store.containers.values()) removeContainer(store, container)
    const asked = page.waitForRequest('**/session')
    await page.getByRole('button', { name: 'Try now' }).click()
    await asked
    await page.unroute('**/session')
    await expect(page.getByTestId('lost')).toBeHidden()
    await expect(page.getByText('Run your first container')).toBeVisible()
  })

  test('asks to be opened again when its session has ended', async ({ page, server }) => {
    await expect(page.getByTestId('container-web')).toBeVisible()
    await server.refuse()
    await expect(page.getByTestId('session-refused')).toContainText('npx berth ui')
  })

  test('changes language and theme at once, and remembers them', async ({ page }) => {
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByTestId('language').click()
    await page.getByRole('option', { name: '简体中文' }).click()
    await expect(page.getByRole('heading', { name: '外观' })).toBeVisible()
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
    await page.getByRole('tab', { name: '深色' }).click()
    await expect(page.locator('html')).toHaveClass(/dark/)
    await page.reload()
    await expect(page.getByRole('heading', { name: '外观' })).toBeVisible()
    await expect(page.locator('html')).toHaveClass(/dark/)
  })

  test('changes what the machine may use, and says before when that counts', async ({
    page,
    server,
  }) => {
    await page.getByRole('link', { name: 'Settings' }).click()
    const set = async (name: string, value: string) => {
      await page.getByRole('spinbutton', { name }).fill(value)
      await page.getByRole('spinbutton', { name }).press('Tab')
    }
    await set('CPUs', '1')
    await expect(page.getByTestId('cpus-when')).toHaveText('Applies at once')
    await page.getByTestId('settings-save').click()
    await expect(page.getByTestId('settings-save')).toBeHidden()
    await expect(page.getByTestId('settings-waiting')).toBeHidden()
    expect(server.machine.snapshot.state).toMatchObject({ process: { cpus: 1 } })

    // All that this computer has is more than can be plugged in.
    const { max } = (await server.app.api.settings.get()).limits.memoryMiB
    await set('Memory (MiB)', String(max))
    await expect(page.getByTestId('memoryMiB-when')).toHaveText('Applies at next start')
    await page.getByTestId('settings-save').click()
    await expect(page.getByTestId('settings-waiting')).toContainText('after its next start')
    expect((await server.app.api.settings.get()).settings.memoryMiB).toBe(max)
  })
})
