import { createAuthority } from '../../support/registry-lab/certificate.ts'
import { startForwardProxy } from '../../support/registry-lab/forward-proxy.ts'
import { startLoopbackServer } from '../../support/registry-lab/loopback-server.ts'
import { expect, test } from './fake-window.ts'

test.use({ start: '/settings#network', fake: { scenario: 'running', stepMs: 20 } })

test('a proxy is named by hand, tried, and logged in to', async ({ page, server }) => {
  await using site = await startLoopbackServer((_request, response) => response.end('hello'))
  const login = { username: 'mia', password: 'canary-77' }
  await using proxy = await startForwardProxy({ login, hosts: { 'files.example': site.port } })
  await page.getByTestId('proxy-mode').getByRole('tab', { name: 'Manual' }).click()
  await page.getByTestId('httpProxy').fill('ftp://nowhere')
  await page.getByTestId('proxies-save').click()
  await expect(page.getByTestId('network').getByRole('alert')).toContainText(
    'no address of a proxy',
  )
  await page.getByTestId('httpProxy').fill(proxy.url)
  await page.getByTestId('proxies-save').click()
  await expect(page.getByTestId('proxies-save')).toBeHidden()

  await page.getByTestId('try-url').fill('http://files.example/')
  await page.getByTestId('try-go').click()
  await expect(page.getByTestId('try-result')).toContainText('another user name or password')
  await page.getByTestId('login-open').click()
  await page.getByTestId('login-username').fill('mia')
  await page.getByTestId('login-password').fill('canary-77')
  await page.getByTestId('login-save').click()
  await expect(page.getByTestId('proxy-login')).toContainText('As mia, until Berth ends.')
  await page.getByTestId('try-go').click()
  await expect(page.getByTestId('try-result')).toContainText(`through ${proxy.url}`)
  await expect(page.locator('body')).not.toContainText('canary-77')
  expect(server.machine.engineNetwork.asked.some((asked) => asked.includes('restart'))).toBe(false)
})

test('what the engine reads at its start is said, and done when asked', async ({
  page,
  server,
}) => {
  await page.getByTestId('proxy-mode').getByRole('tab', { name: 'Manual' }).click()
  await page.getByTestId('httpProxy').fill('http://proxy.example:3128')
  await page.getByTestId('proxies-save').click()
  await expect(page.getByTestId('network-engine')).toContainText('once the engine is started anew')
  await page.getByTestId('network-restart').click()
  await expect(page.getByTestId('network-engine')).toBeHidden()
  expect(server.machine.engineNetwork.used.proxy).toMatch(/^http:\/\/berth:\w+@10\.0\.2\.2:\d+\n$/)
})

test('certificates are pasted, shown with their days, and taken away', async ({ page, server }) => {
  const authority = createAuthority()
  await page.getByTestId('authority-paste').click()
  const text = page.getByTestId('authority-text')
  await text.fill(authority.privateKey)
  await page.getByTestId('authority-add').click()
  await expect(page.getByTestId('authorities').getByRole('alert')).toContainText('private key')
  const old = authority.issue({ hosts: ['old.example'], days: -3 }).certificate
  await text.fill(authority.certificate + old)
  await page.getByTestId('authority-add').click()
  await expect(page.getByTestId('authority')).toHaveCount(2)
  await expect(page.getByTestId('authority').first()).toContainText(/test authority.*until/)
  await expect(page.getByTestId('authority').last()).toContainText(
    /old\.example.*expired on.*by Berth/,
  )
  await expect.poll(() => server.machine.engineNetwork.authorities).toContain(old)
  await page.getByTestId('authority-remove').last().click()
  await expect(page.getByTestId('authority')).toHaveCount(1)
})
