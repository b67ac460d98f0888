import { expect, oneFace, test } from './berth.ts'
import { mustDocker, removeContainers, runSleeper } from './docker-lab.ts'

test.describe('the palette', oneFace, () => {
  test.afterEach(({ docker }) => removeContainers(docker))

  test('finds a container and stops it, by keyboard alone', async ({ window, docker }) => {
    const { containers, page, palette } = window
    await runSleeper(docker, 'web-of-many')
    await runSleeper(docker, 'other')
    await expect(containers.row('web-of-many')).toContainText('Running')
    await palette.open()
    await palette.type('stop many')
    await expect(palette.choices.first()).toHaveText(/Stop web-of-many/)
    await page.keyboard.press('Enter')
    await expect(palette.dialog).toHaveCount(0)
    await expect(containers.row('web-of-many')).toContainText('Exited')
    expect(await mustDocker(docker, 'ps', '--format', '{{.Names}}')).toBe('other')

    await palette.open()
    await palette.type('web-of')
    await page.keyboard.press('Enter')
    await expect(palette.choices.filter({ hasText: 'Logs' })).toBeVisible()
    await palette.type('start')
    await page.keyboard.press('Enter')
    await expect(containers.row('web-of-many')).toContainText('Running')
  })

  test('goes to pages and changes how the window looks', async ({ window }) => {
    const { page, palette } = window
    await expect(window.healthLine).toBeVisible()
    await palette.open()
    await palette.type('images')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Images' })).toBeVisible()
    await palette.open()
    await palette.type('compact')
    await page.keyboard.press('Enter')
    await expect(page.locator('html')).toHaveAttribute('data-density', 'compact')
    await palette.open()
    await palette.type('comfortable')
    await page.keyboard.press('Enter')
    await expect(page.locator('html')).toHaveAttribute('data-density', 'comfortable')
  })
})
