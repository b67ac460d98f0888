import { expect, oneFace, test } from './berth.ts'
import { inspect, mustDocker, removeContainers, runSleeper } from './docker-lab.ts'
import { testImage } from './one-machine.ts'
import { readShellWords } from './shell-words.ts'

test.describe('what was done', oneFace, () => {
  test.afterEach(({ docker }) => removeContainers(docker))

  test('is told as docker commands that work in a terminal', async ({ window, docker }) => {
    const { commands, containers, runForm } = window
    const options = { image: testImage, name: 'logged', command: `sh -c "sleep 900 & wait"` }
    await runForm.run(options)
    await expect(containers.row('logged')).toContainText('Running')
    const { Config } = await inspect(docker, 'logged')
    await containers.order('logged', 'Pause')
    await expect(containers.row('logged')).toContainText('Paused')
    await containers.order('logged', 'Resume')
    await expect(containers.row('logged')).toContainText('Running')
    await containers.remove('logged')
    await window.confirm.click()
    await expect(containers.row('logged')).toHaveCount(0)

    await window.visit('/commands')
    await expect(commands.lines.first()).toHaveText('docker rm --force logged')
    const lines = await commands.lines.allTextContents()
    expect(lines.slice(0, 3)).toEqual([
      'docker rm --force logged',
      'docker unpause logged',
      'docker pause logged',
    ])
    // Oldest first, as they were done: the same things happen again.
    for (const line of lines.slice(0, 4).reverse()) {
      const [program, ...words] = await readShellWords(line)
      expect(program).toBe('docker')
      await mustDocker(docker, ...words)
      if (words[0] === 'run')
        expect((await inspect(docker, 'logged')).Config.Cmd).toEqual(Config.Cmd)
    }
    expect(await mustDocker(docker, 'ps', '-aq')).toBe('')
  })

  test('and failed is kept among the notifications with its reason', async ({ window, docker }) => {
    const { containers, page } = window
    await runSleeper(docker, 'owner', '-p', '18085:80')
    await mustDocker(docker, 'create', '--name', 'late', '-p', '18085:80', testImage, 'sleep', '9')
    const row = containers.row('late')
    await row.hover()
    await row.getByRole('button', { name: 'Start late' }).click()
    await expect(window.failures).toContainText(
      'Port 18085 is already in use; Berth gives a port to one container',
    )
    await page.getByTestId('notices').click()
    await expect(page.getByTestId('notices-panel')).toContainText(
      'Port 18085 is already in use; Berth gives a port to one container',
    )
    await page.keyboard.press('Escape')
    await window.visit('/commands')
    const entry = window.commands.list.getByRole('listitem').first()
    await expect(entry).toContainText('docker start late')
    await expect(entry).toContainText(
      'Port 18085 is already in use; Berth gives a port to one container',
    )
  })
})
