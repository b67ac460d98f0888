import { expect, test } from './berth.ts'
import { runBerth } from './cli.ts'

test.afterEach(() => runBerth(['set', 'language=en', 'theme=light']))

test('language and theme change at once, and are there again after a reload', async ({
  window,
}) => {
  const { page, settings } = window
  const html = page.locator('html')
  await window.show('Settings')
  await settings.chooseLanguage('简体中文')
  await expect(page.getByRole('heading', { name: '设置', exact: true })).toBeVisible()
  await expect(html).toHaveAttribute('lang', 'zh-CN')
  await settings.theme.getByRole('tab', { name: '深色' }).click()
  await expect(html).toHaveClass(/dark/)

  await page.reload()
  await expect(page.getByRole('navigation').getByRole('link', { name: '容器' })).toBeVisible()
  await expect(html).toHaveClass(/dark/)
})

test('a setting that the CLI changes reaches the open window', async ({ window }) => {
  await window.show('Settings')
  await runBerth(['set', 'theme=dark'])
  await expect(window.page.locator('html')).toHaveClass(/dark/)
})
