import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { Settings } from '#api'
import { openHubSearch } from '../../support/hub-search.ts'
import { createAuthority } from '../../support/registry-lab/certificate.ts'
import { startHostRegistry } from '../../support/registry-lab/host-registry.ts'
import { pushImage, pushIndex } from '../../support/registry-lab/registry-content.ts'
import { findBarriers } from './barriers.ts'
import { expect, test as base } from './fake-window.ts'

const ada = { user: 'ada', password: 'a canary of a password' }

interface Places {
  /** Debian's own registry, which wants a password; as image names begin. */
  name: string
  /** Of Docker Hub's search. */
  hub: string
}

const test = base.extend<
  { look: Partial<Settings>; keychain: boolean; path: string },
  { places: Places }
>({
  look: [{}, { option: true }],
  keychain: [false, { option: true }],
  places: [
    async ({}, use) => {
      await using registry = await startHostRegistry({ auth: { kind: 'basic', ...ada } })
      await using hub = await openHubSearch()
      await pushImage(registry, 'team/api:1.0')
      for (const tag of ['1.9', '1.10', 'latest']) await pushIndex(registry, `team/web:${tag}`)
      await use({ name: `127.0.0.1:${registry.port}`, hub: hub.base })
    },
    { scope: 'worker' },
  ],
  /** A folder in which docker finds our helper. */
  path: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'berth-path-'))
    const helper = 'docker-credential-berth'
    await symlink(join(process.cwd(), 'main', 'cli', `${helper}.mjs`), join(folder, helper))
    await use(folder)
    await rm(folder, { recursive: true })
  },
  fake: async ({ places, look, keychain, path }, use) => {
    const seal = (text: string) => Promise.resolve(Buffer.from(text).reverse())
    const open = (sealed: Buffer) => Promise.resolve(Buffer.from(sealed).reverse().toString())
    const chain = { name: 'Fake Keyring', isThere: () => Promise.resolve(true), seal, open }
    await use({
      ...{ settings: look, searchBase: places.hub, env: { PATH: path } },
      ...(keychain && { keychain: chain }),
    })
  },
  start: '/registries',
})

/** By the form, as far as pressing its button. */
async function logIn(page: Page, name: string, password = ada.password): Promise<void> {
  await page.getByTestId('log-in').click()
  await page.getByTestId('login-registry').fill(name)
  await page.getByTestId('login-username').fill(ada.user)
  await page.getByTestId('login-password').fill(password)
  await page.getByTestId('login-submit').click()
}

const registryRoute = (...parts: string[]) =>
  `/registries/${parts.map(encodeURIComponent).join('/')}`

test.describe('without a login, and without a machine', () => {
  test.use({ fake: { scenario: 'stopped' } })
  test('names of registries help to begin', async ({ page }) => {
    await expect(page.getByRole('heading', { name: 'Not logged in anywhere' })).toBeVisible()
    await page.getByTestId('known-github').click()
    await expect(page.getByTestId('login-registry')).toHaveValue('ghcr.io')
    await page.keyboard.press('Escape')
    await page.getByTestId('known-own').click()
    await expect(page.getByTestId('login-registry')).toHaveValue('')
    await page.getByTestId('login-submit').click()
    await expect(page.getByText('Fill this in')).toHaveCount(3)
  })
})

test('a wrong password is told at its field, and nothing is kept', async ({ page, places }) => {
  await logIn(page, places.name, 'wrong')
  await expect(page.getByRole('dialog')).toContainText('does not accept this password for ada')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('heading', { name: 'Not logged in anywhere' })).toBeVisible()
})

test('a registry that is not there is told at its name', async ({ page }) => {
  await logIn(page, '127.0.0.1:1')
  await expect(page.getByRole('dialog')).toContainText('127.0.0.1:1 refuses the connection')
  await logInAgain(page, 'Not A Name')
  await expect(page.getByRole('dialog')).toContainText('is no name of a registry')
})

test('who is not believed leads to the certificates of the network’s settings', async ({
  page,
  visit,
}) => {
  await using secure = await startHostRegistry({ certificate: createAuthority().issue() })
  const name = `127.0.0.1:${secure.port}`
  await logIn(page, name)
  await expect(page.getByRole('dialog')).toContainText('does not prove who it is')
  await page.getByRole('dialog').getByTestId('network-way').click()
  await expect(page).toHaveURL(/#\/settings#network$/)
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await visit(registryRoute(name))
  const failure = page.getByTestId('list-failure')
  await expect(failure.getByTestId('network-way')).toHaveText(
    'Certificates in the network settings',
  )
})

async function logInAgain(page: Page, name: string): Promise<void> {
  await page.getByTestId('login-registry').fill(name)
  await page.getByTestId('login-submit').click()
}

test('a login until the end is tested, and logged out when its user is sure', async ({
  page,
  places,
}) => {
  await logIn(page, places.name)
  const row = page.getByTestId(`account-${places.name}`)
  await expect(row).toContainText('ada')
  await expect(row.getByTestId('place')).toHaveText('Until Berth ends')
  await expect(row.getByTestId('tested')).toContainText('Passed')
  await row.getByTestId('test').click()
  await expect(row.getByTestId('tested')).toContainText('Passed just now')
  await row.getByTestId('log-out').click()
  await expect(page.getByRole('dialog')).toContainText('erased here and cannot be had back')
  await page.getByTestId('confirm').click()
  await expect(row).toBeHidden()
})

test('plain text is kept only by who accepts its risk', async ({ page, places }) => {
  await page.getByTestId('log-in').click()
  await page.getByTestId('login-place').getByRole('radio', { name: 'In a file' }).click()
  await expect(page.getByTestId('login-submit')).toBeDisabled()
  await page.getByTestId('login-risk').click()
  await page.keyboard.press('Escape')
  await page.getByTestId('log-in').click()
  await page.getByTestId('login-place').getByRole('radio', { name: 'In a file' }).click()
  await page.getByTestId('login-risk').click()
  await page.getByTestId('login-registry').fill(places.name)
  await page.getByTestId('login-username').fill(ada.user)
  await page.getByTestId('login-password').fill(ada.password)
  await page.getByTestId('login-reveal').click()
  await expect(page.getByTestId('login-password')).toHaveAttribute('type', 'text')
  await page.getByTestId('login-submit').click()
  await expect(page.getByTestId('place')).toHaveText('Plain text')
})

test.describe('with a keychain', () => {
  test.use({ keychain: true })
  test('it is said where a login goes, and docker uses it once its config was shown', async ({
    page,
    places,
    server,
  }) => {
    await page.getByTestId('log-in').click()
    await expect(page.getByTestId('login-kept')).toContainText('Fake Keyring')
    await page.keyboard.press('Escape')
    await logIn(page, places.name)
    await expect(page.getByTestId('place')).toHaveText('Keychain')
    const config = () => readFile(join(server.app.paths.home, 'docker', 'config.json'), 'utf8')
    await page.getByTestId('in-docker').click()
    await expect(page.getByTestId('docker-before')).toContainText('Nothing is there')
    await expect(page.getByTestId('docker-after')).toContainText(places.name)
    await expect(config()).rejects.toThrow('ENOENT')
    await page.getByTestId('docker-write').click()
    await expect(page.getByRole('dialog')).toBeHidden()
    await expect(page.getByTestId('in-docker')).toBeChecked()
    expect(JSON.parse(await config())).toEqual({ credHelpers: { [places.name]: 'berth' } })
    await page.getByTestId('in-docker').click()
    await expect(page.getByTestId('docker-before')).toContainText(places.name)
    await page.getByTestId('docker-write').click()
    await expect(page.getByTestId('in-docker')).not.toBeChecked()
    await expect(config()).rejects.toThrow('ENOENT')
  })
})

test('a registry is browsed down to a tag, which is pulled', async ({ page, places, server }) => {
  await logIn(page, places.name)
  await page.getByRole('link', { name: places.name }).click()
  await expect(page.getByTestId('name-team/api')).toBeVisible()
  await page.getByTestId('repository-filter').fill('web')
  await expect(page.getByTestId('name-team/api')).toBeHidden()
  await page.getByTestId('repository-filter').press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'team/web' })).toBeVisible()
  const rows = page.getByTestId('names').locator('tbody tr[data-id]')
  await expect(rows.first()).toContainText('latest')
  await page.getByRole('link', { name: '1.10', exact: true }).click()
  await expect(page.getByTestId('tag-digest')).toContainText(/sha256:[0-9a-f]{64}/)
  await expect(page.getByTestId('platforms')).toContainText('linux/arm64')
  await expect(page.getByTestId('tag-kind')).toHaveText('Images of several platforms')
  await page.getByTestId('tag-pull').click()
  await expect(page.getByTestId('name-1.10')).toContainText('pulled')
  const tags = [...server.engine.store.images.values()].flatMap((image) => image.tags)
  expect(tags).toContain(`${places.name}/team/web:1.10`)
})

test('an address leads to a tag, and what nobody may see says so', async ({
  page,
  places,
  visit,
}) => {
  const failure = page.getByTestId('list-failure')
  await visit(registryRoute(places.name))
  await expect(failure).toContainText('does not show its list')
  await expect(failure.getByRole('button', { name: 'Log in' })).toBeVisible()
  await visit(registryRoute('127.0.0.1:1'))
  await expect(failure).toContainText('refuses the connection')
  await expect(page.getByTestId('repository-name')).toBeHidden()
  await visit(registryRoute(places.name, 'team/web', 'latest'))
  await expect(failure).toContainText('does not show team/web')
  await failure.getByRole('button', { name: 'Log in' }).click()
  await page.getByTestId('login-username').fill(ada.user)
  await page.getByTestId('login-password').fill(ada.password)
  await page.getByTestId('login-submit').click()
  await expect(page.getByTestId('tag-reference')).toHaveText(`${places.name}/team/web:latest`)
  await expect(page.getByTestId('platforms')).toContainText('linux/amd64')
  await visit(registryRoute(places.name, 'team/none'))
  await expect(page.getByTestId('list-failure')).toContainText('no repository that is called')
})

test('a word is searched at Docker Hub, and what is found is pulled', async ({
  page,
  server,
  visit,
}) => {
  await page.getByTestId('find').fill('nginx')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('name-nginx')).toContainText('official')
  await expect(page.getByTestId('name-nginx')).toContainText('20,400')
  await expect(page.getByTestId('name-me/nginx')).toContainText('<img src=x onerror=')
  await expect(page.locator('main')).toContainText('{{ 7*7 }}')
  await page.getByTestId('name-me/nginx').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Pull me/nginx:latest' }).click()
  await expect
    .poll(() => [...server.engine.store.images.values()].flatMap((image) => image.tags))
    .toContain('me/nginx:latest')
  await visit('/registries/search/nothing')
  await expect(page.getByText('Docker Hub has nothing for “nothing”')).toBeVisible()
  await visit('/commands')
  await expect(page.locator('main')).toContainText('docker pull me/nginx:latest')
})

test('Docker Hub shows no list, and takes a name', async ({ page, visit }) => {
  await visit(registryRoute('docker.io'))
  await expect(page.getByTestId('list-failure')).toContainText('Type the name of a repository')
  await page.getByTestId('repository-name').fill('nginx')
  await page.getByTestId('repository-go').click()
  await expect(page).toHaveURL(/#\/registries\/docker\.io\/library%2Fnginx$/)
})

test('no password is in the command log', async ({ page, places, visit }) => {
  await logIn(page, places.name)
  await expect(page.getByTestId(`account-${places.name}`)).toBeVisible()
  await visit('/commands')
  await expect(page.locator('main')).toContainText('berth login')
  await expect(page.locator('main')).not.toContainText('canary')
})

test.describe('in Chinese', () => {
  test.use({ look: { language: 'zh-CN' } })
  test('the pages and the form are Chinese', async ({ page, places }) => {
    await expect(page.getByRole('heading', { name: '镜像仓库', exact: true })).toBeVisible()
    await logIn(page, places.name, 'wrong')
    await expect(page.getByRole('dialog')).toContainText('不接受 ada 的密码')
    await page.getByTestId('login-password').fill(ada.password)
    await page.getByTestId('login-submit').click()
    await expect(page.getByTestId('place')).toHaveText('仅到 Berth 退出')
  })
})

for (const theme of ['light', 'dark'] as const)
  test.describe(`in ${theme}`, () => {
    test.use({ look: { theme } })
    test('nothing of it has a serious barrier', async ({ page, places, visit }) => {
      test.setTimeout(120_000)
      const found = await findBarriers(page, 'empty')
      await logIn(page, places.name, 'wrong')
      await expect(page.getByRole('dialog')).toContainText('does not accept')
      // A button under the pointer has another colour.
      await page.mouse.move(0, 0)
      found.push(...(await findBarriers(page, 'log in')))
      await page.getByTestId('login-password').fill(ada.password)
      await page.getByTestId('login-submit').click()
      await expect(page.getByTestId(`account-${places.name}`)).toBeVisible()
      // What guards the focus of toasts is none of ours.
      await page.getByRole('button', { name: 'Close' }).click()
      await expect(page.getByText('Logged in to')).toHaveCount(0)
      found.push(...(await findBarriers(page, 'accounts')))
      await page.getByTestId('in-docker').click()
      await expect(page.getByTestId('docker-plan')).toBeVisible()
      found.push(...(await findBarriers(page, 'docker')))
      await page.keyboard.press('Escape')
      const pages: [string, string][] = [
        [registryRoute(places.name), 'name-team/web'],
        [registryRoute(places.name, 'team/web', 'latest'), 'platforms'],
        ['/registries/search/nginx', 'name-nginx'],
        [registryRoute('docker.io'), 'list-failure'],
      ]
      for (const [route, sign] of pages) {
        await visit(route)
        await expect(page.getByTestId(sign)).toBeVisible()
        found.push(...(await findBarriers(page, route)))
      }
      expect(found).toEqual([])
    })
  })
