import { gzipSync } from 'node:zlib'
import type { Page } from '@playwright/test'
import { expect, test } from './fake-window.ts'

const mostBytes = 350_000

interface Fetched {
  path: string
  text: string
}

/** Scripts and styles that the page asks for from now on. */
function collect(page: Page): Fetched[] {
  const fetched: Fetched[] = []
  page.on('response', (response) => {
    const path = new URL(response.url()).pathname.replace(/.*\//, '')
    if (!/\.(js|css)$/.test(path)) return
    const entry = { path, text: '' }
    fetched.push(entry)
    void response.text().then((text) => (entry.text = text))
  })
  return fetched
}

for (const first of ['/', '/containers']) {
  test(`${first} is small, and brings nothing of pages that were not visited`, async ({
    page,
    server,
  }) => {
    await page.goto('about:blank')
    const fetched = collect(page)
    await page.goto(`${server.url}#${first}`, { waitUntil: 'networkidle' })
    await expect(page.getByTestId('health-line')).toBeVisible()
    await expect.poll(() => fetched.every(({ text }) => text !== '')).toBe(true)
    const bytes = fetched.reduce((sum, { text }) => sum + gzipSync(text).length, 0)
    test.info().annotations.push({ type: 'gzipped', description: `${first}: ${bytes} bytes` })
    expect(bytes, fetched.map(({ path }) => path).join(' ')).toBeLessThan(mostBytes)
    // What only a terminal, a chart or the palette needs.
    for (const heavy of ['xterm-helper-textarea', 'u-over'])
      expect(fetched.filter(({ text }) => text.includes(heavy)).map(({ path }) => path)).toEqual([])

    const others = ['/images', '/settings', '/commands', '/volumes']
    for (const route of others) {
      const before = fetched.length
      await page.goto(`${page.url().split('#')[0] ?? ''}#${route}`, { waitUntil: 'networkidle' })
      await expect
        .poll(() => fetched.length, `${route} has parts of its own`)
        .toBeGreaterThan(before)
    }
  })
}
