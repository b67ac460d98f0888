import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, oneFace, test } from './berth.ts'
import { mustDocker, removeContainers } from './docker-lab.ts'
import { testImage } from './one-machine.ts'

let folder: string

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth e2e compose '))
  await mkdir(join(folder, 'Demo', 'site'), { recursive: true })
  await writeFile(join(folder, 'Demo', '.env'), 'GREETING=good morning\n')
  const run = (text: string) =>
    `    image: ${testImage}\n    command: sh -c "echo ${text}; trap exit TERM; sleep 900 & wait"\n`
  const services = [
    `  web:\n${run('${GREETING} from web')}    volumes: ["./site:/site"]\n`,
    `    ports: ["127.0.0.1::80"]\n`,
    `  db:\n${run('db is here')}    volumes: ["data:/data"]\n`,
  ]
  const text = `services:\n${services.join('')}volumes:\n  data: {}\n`
  await writeFile(join(folder, 'Demo', 'compose.yaml'), text)
})
test.afterAll(async ({ docker }) => {
  await removeContainers(docker)
  await rm(folder, { recursive: true })
})

test(
  'a project goes up from its file, is followed in one log, restarted and taken down',
  oneFace,
  async ({ window, docker }) => {
    const { page } = window
    await window.visit('/compose')
    await page.getByTestId('compose-open').click()
    await page.getByTestId('compose-path').fill(join(folder, 'Demo', 'compose.yaml'))
    await page.getByTestId('compose-open-submit').click()
    await expect(page.getByTestId('project-name')).toHaveText('demo')
    await page.getByTestId('project-up').click()
    await expect(page.getByTestId('planned-service')).toHaveCount(2)
    await page.getByTestId('compose-up-submit').click()
    await expect(page.getByTestId('project-run-active')).toContainText('demo-web-1')
    await expect(page.getByTestId('project-run-active')).toHaveCount(0)
    await expect(page.getByTestId('project-state')).toHaveText('Running')
    // What is asked of this computer's addresses passes the proxy, and folders are mounted as they are named here.
    const port = await mustDocker(docker, 'port', 'demo-web-1')
    expect(port).toMatch(/^80\/tcp -> 127\.0\.0\.1:\d+$/)
    const mounts = ['inspect', 'demo-web-1', '--format', '{{(index .Mounts 0).Source}}']
    expect(await mustDocker(docker, ...mounts)).toBe(join(folder, 'Demo', 'site'))

    await page.getByTestId('tab-logs').click()
    const log = page.getByTestId('log')
    await expect(log).toContainText('good morning from web')
    await expect(log).toContainText('db is here')
    await page.getByTestId('project-restart').click()
    await expect(log).toContainText(/from web.*from web/s)
    await expect(page.getByTestId('project-run-active')).toHaveCount(0)

    await page.getByTestId('project-menu').click()
    await page.getByRole('menuitem', { name: 'Take down…' }).click()
    await expect(page.getByRole('dialog')).toContainText('demo_data')
    await page.getByTestId('down-volumes').click()
    await page.getByTestId('compose-down-submit').click()
    await expect(page.getByTestId('project-state')).toHaveText('Not up')
    await expect(page.getByTestId('project-run-active')).toHaveCount(0)
    expect(await mustDocker(docker, 'volume', 'ls', '--quiet')).not.toContain('demo_data')
    await expect(window.failures).toHaveCount(0)
  },
)

test(
  'a hostile file is only looked at: what it asks for is told, and nothing is fetched or made',
  oneFace,
  async ({ window, docker }) => {
    const { page } = window
    const own = join(folder, 'hostile')
    await mkdir(own)
    const path = join(own, 'compose.yaml')
    const evil = `    image: ${testImage}\n    privileged: true\n    pid: host\n    volumes: ["/:/host", "/var/run/docker.sock:/s"]\n    env_file: /etc/passwd\n`
    await writeFile(path, `services:\n  evil:\n${evil}`)
    await window.visit('/compose')
    await page.getByTestId('compose-open').click()
    await page.getByTestId('compose-path').fill(path)
    await page.getByTestId('compose-open-submit').click()
    const risks = page.getByTestId('compose-risks')
    for (const told of [
      'privileged',
      'Shares processes',
      'outside the project: /',
      'Docker’s socket',
      'a file outside the project: /etc/passwd',
    ])
      await expect(risks).toContainText(told)
    expect(await readdir(own)).toEqual(['compose.yaml'])
    expect(await mustDocker(docker, 'ps', '--all', '--quiet')).toBe('')

    await writeFile(path, `include: ["https://example.com/x.git"]\nservices:\n  evil:\n${evil}`)
    await window.visit('/compose')
    await page.getByTestId('compose-open').click()
    await page.getByTestId('compose-path').fill(path)
    await page.getByTestId('compose-open-submit').click()
    await expect(page.getByRole('dialog')).toContainText('would be fetched from elsewhere')
  },
)
