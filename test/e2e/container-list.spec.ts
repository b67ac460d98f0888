import { expect, oneFace, test } from './berth.ts'
import { mustDocker, removeContainers, runSleeper } from './docker-lab.ts'
import { testImage } from './one-machine.ts'

const project = (service: string) => [
  ...['--label', 'com.docker.compose.project=shop'],
  ...['--label', `com.docker.compose.service=${service}`],
]

test.describe('the list of containers', oneFace, () => {
  test.beforeAll(async ({ docker }) => {
    await Promise.all([
      runSleeper(docker, 'shop-web-1', ...project('web'), '--memory', '64m'),
      runSleeper(docker, 'shop-cache-1', ...project('cache')),
      runSleeper(docker, 'lonely', '--label', 'tier=odd'),
      mustDocker(docker, 'run', '-d', '--name', 'ended', testImage, 'sh', '-c', 'exit 3'),
    ])
  })
  test.afterAll(({ docker }) => removeContainers(docker))

  test("is filtered by words and by the CLI's own filters", async ({ window }) => {
    const { containers, page } = window
    await expect(containers.row('ended')).toContainText('Exited (3)')
    await containers.filter.fill('cache')
    await expect(containers.rows).toHaveCount(2)
    await expect(containers.row('shop-cache-1')).toBeVisible()

    await containers.filterBy('exited=3')
    await expect(containers.rows).toHaveCount(1)
    await expect(containers.row('ended')).toBeVisible()
    await page.getByRole('button', { name: 'Take away exited=3' }).click()

    await containers.filterBy('label=tier=odd')
    await expect(containers.rows).toHaveCount(1)
    await expect(containers.row('lonely')).toBeVisible()
    await containers.filterBy('status=paused')
    await page.getByTestId('show-all').click()
    await page.getByTestId('choice-stopped').click()
    await expect(containers.row('ended')).toBeVisible()
    await expect(containers.row('lonely')).toHaveCount(0)
  })

  test('is grouped, folded and sorted, and is so again after a reload', async ({ window }) => {
    const { containers, page } = window
    const order = () =>
      containers.rows.evaluateAll((rows) => rows.map((row) => row.dataset['test']))
    const shop = containers.group('shop')
    await expect(shop).toContainText('2 of 2 running')
    await containers.sortBy('Name')
    const descending = ['group-shop', 'container-shop-web-1', 'container-shop-cache-1']
    await expect.poll(async () => (await order()).slice(0, 3)).toEqual(descending)
    await shop.getByRole('button', { name: 'Fold shop' }).click()
    await expect(containers.row('shop-web-1')).toHaveCount(0)

    await page.reload()
    await expect(containers.row('lonely')).toBeVisible()
    await expect(containers.row('shop-web-1')).toHaveCount(0)
    await shop.getByRole('button', { name: 'Unfold shop' }).click()
    await expect.poll(async () => (await order()).slice(0, 3)).toEqual(descending)
  })

  test('shows what each container uses', async ({ window }) => {
    const row = window.containers.row('shop-web-1')
    await expect(row).toContainText(/\d%/)
    await expect(row).toContainText(/\d+(\.\d+)? [kKM]i?B/)
    // A line has two points at least: it goes on being measured.
    await expect(row.locator('polyline')).toHaveCount(2)
  })

  test('pauses, resumes, signals and renames one', async ({ window, docker }) => {
    const { containers, page } = window
    const row = containers.row('lonely')
    await containers.order('lonely', 'Pause')
    await expect(row).toContainText('Paused')
    await containers.order('lonely', 'Resume')
    await expect(row).toContainText('Running')

    await containers.order('lonely', 'Rename…')
    await page.getByTestId('new-name').fill('ended')
    await page.getByTestId('name-submit').click()
    await expect(page.getByRole('dialog')).toContainText(
      'There is already a container named ended.',
    )
    await page.getByTestId('new-name').fill('renamed')
    await page.getByTestId('name-submit').click()
    await expect(containers.row('renamed')).toContainText('Running')

    await containers.order('renamed', 'Kill…')
    await page.getByRole('dialog').getByText('SIGTERM').click()
    await page.getByTestId('send-signal').click()
    await expect(containers.row('renamed')).toContainText('Exited (143)')
    await mustDocker(docker, 'rename', 'renamed', 'lonely')
    await expect(containers.row('lonely')).toBeVisible()
  })

  test('stops and removes several at once', async ({ window, docker }) => {
    const { containers, page } = window
    await containers.select('shop-web-1', 'shop-cache-1')
    await expect(containers.bulkBar).toContainText('2 selected')
    await containers.doToSelected('stop')
    await expect(page.getByText('Stopped 2 of 2').first()).toBeVisible()
    await expect(containers.row('shop-web-1')).toContainText('Exited')

    await containers.select('ended')
    await containers.doToSelected('remove')
    await expect(page.getByRole('dialog')).toContainText('Remove 3 containers?')
    await window.confirm.click()
    await expect(containers.row('shop-cache-1')).toHaveCount(0)
    await expect(containers.row('ended')).toHaveCount(0)
    expect(await mustDocker(docker, 'ps', '-a', '--format', '{{.Names}}')).toBe('lonely')
  })
})
