import { expect, test } from './berth.ts'
import { removeContainers, runSleeper } from './docker-lab.ts'

test.describe('the terminal of a container', () => {
  test.afterAll(({ docker }) => removeContainers(docker))

  test('is a shell that outlives its page, at the size of its window', async ({
    window,
    docker,
  }) => {
    const { containers, container, page } = window
    const { terminal } = container
    await runSleeper(docker, 'typed-in')
    await containers.openLog('typed-in')
    await container.show('terminal')
    // The best shell that there is opens by itself.
    await expect(terminal.rows).toContainText('~ #')
    await terminal.type('echo $((40+2)) 名字')
    await expect(terminal.rows).toContainText('42 名字')

    const columns = async () => {
      await terminal.type('clear; busybox stty size')
      const size = /(\d+) (\d+)/
      await expect(terminal.rows).toContainText(size)
      return Number(size.exec((await terminal.rows.textContent()) ?? '')?.[2])
    }
    const wide = await columns()
    expect(wide).toBeGreaterThan(80)
    if (page.viewportSize()) {
      await page.setViewportSize({ width: 900, height: 700 })
      await expect.poll(columns).toBeLessThan(wide)
    }

    await terminal.type('remembered=yes')
    await container.leave()
    await expect(containers.row('typed-in')).toBeVisible()
    await containers.openLog('typed-in')
    await container.show('terminal')
    await terminal.type('echo "still: $remembered"')
    await expect(terminal.rows).toContainText('still: yes')

    await terminal.open('sh -c "echo second; exit 3"')
    await expect(terminal.end).toContainText('The shell ended with code 3.')
    await expect(terminal.tabs).toHaveCount(2)
    await terminal.tabs.first().click()
    await terminal.type('exit')
    await expect(terminal.end).toContainText('The shell ended with code 0.')
  })
})
