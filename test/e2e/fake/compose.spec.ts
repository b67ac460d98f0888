import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, holdLink, test as base } from './fake-window.ts'

const sample = {
  services: {
    web: { image: 'nginx:latest', ports: ['8090:80'] },
    db: { image: 'postgres:17', privileged: true, volumes: ['/srv/data:/var/lib/postgresql'] },
  },
}

interface Files {
  /** Makes a project's folder in a shared one, or elsewhere, and gives its file's path. */
  write: (text: string, base?: string) => Promise<string>
}

/** The fake Compose reads JSON, which is YAML. */
const test = base.extend<Files>({
  write: async ({}, use) => {
    const made: string[] = []
    await use(async (text, base = tmpdir()) => {
      const folder = await mkdtemp(join(base, 'berth-compose-'))
      made.push(folder)
      await mkdir(join(folder, 'blog'))
      const path = join(folder, 'blog', 'compose.yaml')
      await writeFile(path, text)
      return path
    })
    for (const folder of made) await rm(folder, { recursive: true })
  },
})

test.use({ start: '/compose' })

test('projects are listed wherever they were started, and worked from their row', async ({
  page,
  server,
}) => {
  const row = page.getByTestId('project-observability')
  await expect(page.getByTestId('projects').locator('tr[data-id]')).toHaveCount(2)
  await expect(row.getByTestId('project-state')).toHaveText('Running')
  await expect(row.getByRole('link', { name: '9090→9090' })).toHaveAttribute('href', /:9090$/)
  await row.hover()
  await row.getByRole('button', { name: 'Stop observability' }).click()
  await expect(row.getByTestId('project-state')).toHaveText('Stopped')
  expect(server.engine.store.container('observability-grafana-1').state).toBe('exited')
  await row.hover()
  await row.getByRole('button', { name: 'Start observability' }).click()
  await expect(row.getByTestId('project-state')).toHaveText('Running')
})

test('a file is opened, shown with what it asks for, brought up and taken down', async ({
  page,
  server,
  write,
}) => {
  const before = server.engine.store.containers.size
  await page.getByTestId('compose-open').click()
  await page.getByTestId('compose-path').fill(await write(JSON.stringify(sample)))
  await page.getByTestId('compose-path').press('Enter')
  await expect(page.getByTestId('project-name')).toHaveText('blog')
  await expect(page.getByTestId('project-state')).toHaveText('Not up')
  await expect(page.getByTestId('service-web')).toContainText('8090→80')
  await expect(page.getByTestId('compose-risks')).toContainText('Runs privileged')
  await expect(page.getByTestId('compose-risks')).toContainText('/srv/data')
  expect(server.engine.store.containers.size).toBe(before)

  await page.getByTestId('project-up').click()
  await expect(page.getByTestId('planned-service')).toHaveCount(2)
  await page.getByTestId('compose-up-submit').click()
  await expect(page.getByTestId('project-run-active')).toContainText('blog-web-1')
  await expect(page.getByTestId('project-state')).toHaveText('Running')
  await expect(page.getByTestId('service-web')).toContainText('Running')

  await page.getByTestId('project-menu').click()
  await page.getByRole('menuitem', { name: 'Take down…' }).click()
  await page.getByTestId('compose-down-submit').click()
  await expect(page.getByTestId('project-state')).toHaveText('Not up')
  expect(server.engine.store.containers.size).toBe(before)
})

test('an up goes on while the window is loaded anew, and is found again with its end', async ({
  page,
  server,
  visit,
  write,
}) => {
  const { project } = await server.app.api.compose.open(await write(JSON.stringify(sample)))
  await visit(`/compose/${project}`)
  await page.getByTestId('project-up').click()
  await expect(page.getByTestId('planned-service')).toHaveCount(2)
  const goOn = server.compose.hold()
  await page.getByTestId('compose-up-submit').click()
  const run = page.getByTestId('project-run-active')
  await expect(run).toContainText('blog_default')
  await page.reload()
  await expect(run).toContainText('blog_default')
  await expect(page.getByTestId('project-cancel')).toBeEnabled()
  await expect(page.getByTestId('project-up')).toBeDisabled()
  await visit('/containers')
  goOn()
  await expect(page.getByText('blog is up', { exact: true })).toBeVisible()
  await visit('/compose/blog')
  await expect(page.getByTestId('project-state')).toHaveText('Running')
  await expect(run).toHaveCount(0)
})

test('a second window cancels what the first began, and a lost link hides no failure', async ({
  page,
  server,
  visit,
}) => {
  const link = await holdLink(page)
  await visit('/compose/shop')
  const goOn = server.compose.hold()
  await page.getByTestId('project-restart').click()
  await expect(page.getByTestId('project-run-active')).toBeVisible()
  const second = await page.context().newPage()
  await second.goto(`${server.url}#/compose/shop`)
  await second.getByTestId('project-cancel').click()
  await expect(second.getByTestId('project-run-active')).toHaveCount(0)
  await expect(page.getByTestId('project-run-active')).toHaveCount(0)

  server.engine.breakNext('/restart', { status: 500, message: 'no room' })
  await page.getByTestId('project-restart').click()
  await expect(page.getByTestId('project-run-active')).toBeVisible()
  link.cut()
  goOn()
  await expect(page.getByTestId('project-run-failed')).toContainText('no room')
  await expect(second.getByTestId('project-run-failed')).toContainText('no room')
  await second.getByTestId('project-run-failed').getByRole('button', { name: 'Close' }).click()
  await expect(page.getByTestId('project-run-failed')).toBeHidden()

  await visit('/commands')
  const commands = page.getByTestId('commands').getByRole('listitem')
  await expect(commands).toHaveText([/shop restart/, /shop restart/])
  await expect(commands.nth(0).getByRole('img', { name: 'Failed' })).toBeVisible()
  await expect(commands.nth(1).getByRole('img', { name: 'Ended early' })).toBeVisible()
})

test('what goes wrong is told with the project until it is closed', async ({
  page,
  server,
  visit,
}) => {
  await visit('/compose/shop')
  await expect(page.getByTestId('service-api')).toBeVisible()
  server.engine.breakNext('/restart', { status: 500, message: 'no room' })
  await page.getByTestId('project-restart').click()
  const failed = page.getByTestId('project-run-failed')
  await expect(failed).toContainText('no room')
  await expect(page.getByTestId('project-state')).toHaveText('Could not be restarted')
  await failed.getByRole('button', { name: 'Close' }).click()
  await expect(failed).toBeHidden()
})

test('a broken file is refused with its line, and a folder is shared where it is missing', async ({
  page,
  server,
  write,
}) => {
  await page.getByTestId('compose-open').click()
  await page.getByTestId('compose-path').fill(await write('services: ['))
  await page.getByTestId('compose-open-submit').click()
  await expect(page.getByRole('dialog')).toContainText('yaml: line 4')

  await server.app.api.settings.set({ shares: [] })
  await page.getByTestId('compose-path').fill(await write(JSON.stringify(sample), homedir()))
  await page.getByTestId('compose-open-submit').click()
  await page.getByTestId('run-share').getByRole('button').click()
  await expect(page.getByTestId('project-name')).toHaveText('blog')
})

test('the log of all services is one, with each line’s own before it', async ({ page, visit }) => {
  await visit('/compose/shop/logs')
  const log = page.getByTestId('log')
  await expect(log).toContainText('api-1')
  await expect(log).toContainText('db-1')
  await page.keyboard.press('/')
  await page.keyboard.type('worker-1')
  await expect(page.getByTestId('log-state')).toContainText('Following')
})

test('the list is worked by keys', async ({ page }) => {
  await expect(page.getByTestId('project-shop')).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type('shop')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Delete')
  await expect(page.getByRole('dialog')).toContainText('Take shop down?')
  await expect(page.getByRole('dialog')).toContainText('shop_db-data')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/compose\/shop$/)
  await page.keyboard.press('2')
  await expect(page).toHaveURL(/compose\/shop\/logs$/)
})
