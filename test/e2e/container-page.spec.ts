import { readFile } from 'node:fs/promises'
import { download, expect, oneFace, test } from './berth.ts'
import { mustDocker, removeContainers, runSleeper } from './docker-lab.ts'
import { testImage } from './one-machine.ts'

/** Writes 2,000 lines, and then one more for each signal. */
const chatter = `
i=0
while [ $i -lt 2000 ]; do i=$((i + 1)); echo "line $i of the log"; done
echo "a complaint" >&2
trap 'echo "one more $((n = n + 1))"' USR1
trap exit TERM
while :; do sleep 900 & wait; done`

test.describe('the page of a container', oneFace, () => {
  test.beforeAll(async ({ docker }) => {
    await Promise.all([
      mustDocker(docker, 'run', '-d', '--name', 'chatter', testImage, 'sh', '-c', chatter),
      runSleeper(
        ...([docker, 'inspected', '-e', 'GREETING=hello there', '-e', 'API_TOKEN=s3cret'] as const),
        ...['-p', '127.0.0.1:18086:80', '-v', 'kept:/kept', '--tmpfs', '/scratch'],
        ...['--memory', '64m'],
      ),
    ])
    await mustDocker(docker, 'exec', 'inspected', 'sh', '-c', 'echo new > /made-here')
  })
  test.afterAll(async ({ docker }) => {
    await removeContainers(docker)
    await mustDocker(docker, 'volume', 'rm', 'kept')
  })

  test('follows its log, finds words in it and saves it', download, async ({ window, docker }) => {
    const { containers, container } = window
    const { log } = container
    await containers.openLog('chatter')
    await expect(log.lines).toContainText('line 2000 of the log')
    await expect(log.state).toContainText('2,001 lines')
    await mustDocker(docker, 'kill', '-s', 'USR1', 'chatter')
    await expect(log.lines).toContainText('one more 1')

    await log.search.fill('line 17')
    await expect(log.found).toContainText('111')
    await log.showOnlyFound()
    await expect(log.lines).toContainText('line 1799 of the log')
    await expect(log.lines).not.toContainText('line 1800 of the log')
    const found = (await readFile(await (await log.download()).path(), 'utf8')).trimEnd()
    expect(found.split('\n')).toHaveLength(111)

    await log.search.fill('')
    const saved = await log.download()
    expect(saved.suggestedFilename()).toBe('chatter.log')
    const lines = (await readFile(await saved.path(), 'utf8')).trimEnd().split('\n')
    expect(lines).toHaveLength(2002)
    expect(lines.slice(0, 2)).toEqual(['line 1 of the log', 'line 2 of the log'])
    expect(lines.at(-1)).toBe('one more 1')
  })

  test('shows what it is made of, and what it uses', async ({ window }) => {
    const { containers, container, page } = window
    await containers.openLog('inspected')
    await container.show('env')
    const row = page.getByTestId('env-row')
    await expect(row.filter({ hasText: 'GREETING' })).toContainText('hello there')
    await expect(row.filter({ hasText: 'API_TOKEN' })).not.toContainText('s3cret')
    await container.show('mounts')
    const mount = page.getByTestId('mount-row')
    await expect(mount.filter({ hasText: '/kept' })).toContainText('kept')
    await expect(mount.filter({ hasText: '/scratch' })).toBeVisible()
    await container.show('ports')
    // A browser came from there; Electron's window has no address of its own.
    const host = test.info().project.name === 'browser' ? '127.0.0.1' : 'localhost'
    await expect(page.getByTestId('port-row')).toContainText(`${host}:18086`)
    await container.show('processes')
    await expect(page.getByTestId('process-row').filter({ hasText: 'sleep 900' })).not.toHaveCount(
      0,
    )
    await container.show('changes')
    await expect(page.getByTestId('change-row').filter({ hasText: '/made-here' })).toContainText(
      'Added',
    )
    await container.show('inspect')
    await page.getByTestId('inspect-search').fill('made-here-not')
    await expect(container.body).toContainText('nothing found')
    await page.getByTestId('inspect-search').fill('67108864')
    await expect(page.getByTestId('json-tree')).toContainText('67108864')
    await container.show('overview')
    await expect(page.getByTestId('overview')).toContainText(testImage)

    await container.show('stats')
    const memory = page.getByTestId('chart-memory')
    await expect(memory).toContainText(/\d [KM]iB/)
    await expect(memory.locator('canvas')).toBeVisible()
  })

  test('stops and starts it, and says that it is gone', async ({ window, docker }) => {
    const { containers, container, page } = window
    await containers.openLog('inspected')
    await container.press('Stop')
    await expect(container.state).toContainText('Exited')
    await container.show('terminal')
    await expect(container.body).toContainText('The container is not running')
    await container.press('Start')
    await expect(container.state).toContainText('Running')
    await mustDocker(docker, 'rm', '-f', 'inspected')
    await expect(page.getByTestId('container-gone')).toBeVisible()
    await container.leave()
    await expect(containers.row('chatter')).toBeVisible()
    await expect(containers.row('inspected')).toHaveCount(0)
  })
})
