import type { Page } from '@playwright/test'
import type { Fault } from '../../support/fake-engine/faults.ts'
import { removeContainer } from '../../support/fake-engine/container-verbs.ts'
import { webLog } from '../../support/fake-engine/log-plan.ts'
import { addContainer } from '../../support/fake-engine/make.ts'
import type { FakeServer } from '../../support/fake-server.ts'
import { expect, test } from './fake-window.ts'

/** Cases 31, 33 and 35 of our list of faults: the window ends up with what the engine has, whatever came in between. */

const row = (page: Page, name: string) => page.getByTestId(`container-${name}`)

/** Its buttons are there while the pointer is. */
async function stopWeb(page: Page) {
  await row(page, 'web').hover()
  await row(page, 'web').getByRole('button', { name: 'Stop web' }).click()
}

test.describe('the feed of events', () => {
  test.beforeEach(async ({ page }) => {
    await expect(row(page, 'web')).toBeVisible()
  })

  const endings: [string, (server: FakeServer) => void][] = [
    ['ends in order', ({ engine }) => engine.endEvents()],
    ['is reset with every other connection', ({ engine }) => engine.hangUp()],
    ['says what is no JSON', ({ engine }) => engine.tell('{"Type":"container", nonsense\n')],
    [
      'breaks off in the middle of a line',
      ({ engine }) => {
        engine.tell('{"Type":"contai')
        engine.endEvents()
      },
    ],
  ]
  for (const [name, end] of endings) {
    test(`that ${name} is read anew, with the whole list`, async ({ page, server }) => {
      const { store } = server.engine
      store.silently(() => {
        removeContainer(store, store.container('one-off'))
        addContainer(store, { name: 'newcomer', image: 'busybox', age: 1000 })
      })
      end(server)
      await expect(row(page, 'newcomer')).toBeVisible()
      await expect(row(page, 'one-off')).toBeHidden()
    })
  }

  test('may tell a thing twice and out of order', async ({ page, server }) => {
    const { store } = server.engine
    const web = store.container('web')
    removeContainer(store, web)
    store.changeContainer(web, 'die')
    store.changeContainer(web, 'destroy')
    store.changeContainer(web, 'start')
    await expect(row(page, 'web')).toBeHidden()
    await expect(row(page, 'shop-api-1')).toBeVisible()
  })

  test('may be down for a while: an engine that restarts is found again', async ({
    page,
    server,
  }) => {
    const { engine } = server
    engine.breakNext('/events', 'close', 3)
    engine.hangUp()
    removeContainer(engine.store, engine.store.container('web'))
    await expect(row(page, 'web')).toBeHidden()
  })
})

test.describe('a list that comes wrong', () => {
  const faults: [string, Fault][] = [
    ['as no JSON', 'invalid-json'],
    ['by half', 'half'],
    ['empty', 'empty'],
    ['as a page of HTML', 'html-500'],
    ['as another type', 'wrong-type'],
    ['not at all', 'close'],
  ]
  for (const [name, fault] of faults) {
    test(`${name} is asked for again, and the page is never blank`, async ({ page, server }) => {
      await expect(row(page, 'web')).toBeVisible()
      const { engine } = server
      engine.breakNext('/containers/json', fault)
      removeContainer(engine.store, engine.store.container('one-off'))
      await expect(row(page, 'one-off')).toBeHidden()
      await expect(row(page, 'web')).toBeVisible()
      await expect(page.getByTestId('health-line')).toBeVisible()
    })
  }
})

test.describe('an action that the engine refuses', () => {
  test.beforeEach(async ({ page }) => {
    await expect(row(page, 'web')).toBeVisible()
  })

  test('is told in the engine’s words, once, and can be tried again', async ({ page, server }) => {
    server.engine.breakNext('/stop', { status: 500, message: 'cannot stop: the shim is gone' })
    await stopWeb(page)
    await expect(page.getByTestId('failure')).toContainText('the shim is gone')
    await stopWeb(page)
    await expect(row(page, 'web')).toContainText('Exited (0)')
  })

  test('by HTML shows none of it as markup', async ({ page, server }) => {
    server.engine.breakNext('/stop', 'html-500')
    await stopWeb(page)
    await expect(page.getByTestId('failure')).toBeVisible()
    await expect(page.locator('h1', { hasText: 'Bad Gateway' })).toHaveCount(0)
  })

  test('is not repeated: one click is one removal', async ({ page, server }) => {
    server.engine.breakNext('DELETE', 'close')
    const before = server.engine.requests.length
    await row(page, 'one-off').getByRole('button', { name: 'More actions for one-off' }).click()
    await page.getByRole('menuitem', { name: 'Remove…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await expect(page.getByRole('dialog')).toBeHidden()
    await expect
      .poll(() => server.engine.requests.slice(before).filter((one) => one.startsWith('DELETE')))
      .toHaveLength(1)
  })
})

test.describe('an engine that is slow', () => {
  test.use({ fake: { scenario: 'slow' } })
  test('leaves the window usable', async ({ page, visit }) => {
    await expect(page.getByTestId('health-line')).toBeVisible()
    await visit('/settings')
    await expect(page.getByRole('heading', { name: 'Settings' }).first()).toBeVisible()
    await visit('/images')
    await expect(page.getByTestId('pull')).toBeVisible()
    await visit('/containers')
    await expect(row(page, 'web')).toBeVisible()
  })
})

test.describe('an engine that breaks every other answer', () => {
  test.use({ fake: { scenario: 'broken' } })
  test('still shows its containers', async ({ page }) => {
    await expect(row(page, 'web')).toBeVisible()
    await expect(page.getByTestId('health-line')).toBeVisible()
  })
})

test.describe('a log', () => {
  const lines = [
    'plain',
    Buffer.from([0x61, 0x00, 0x62]),
    Buffer.from([0xff, 0xfe, 0xc3, 0x28]),
    'x'.repeat(300_000),
    '\u4e16\u754c',
  ]
  test('of nulls, broken UTF-8 and one endless line is shown, and the page lives', async ({
    page,
    server,
    visit,
  }) => {
    const { store } = server.engine
    const odd = addContainer(store, {
      ...{ name: 'odd', image: 'busybox', age: 1000 },
      log: {
        ...{ past: lines.length, everyMs: 1000, end: lines.length },
        line: (index) => ({ source: 'stdout', text: lines[index] ?? '' }),
      },
    })
    await visit(`/containers/${odd.id}/logs`)
    await expect(page.getByTestId('log')).toContainText('世界')
    await expect(page.getByTestId('health-line')).toBeVisible()
  })

  test('of a container that is removed meanwhile ends, and says so', async ({
    page,
    server,
    visit,
  }) => {
    const { store } = server.engine
    const brief = addContainer(store, {
      ...{ name: 'brief', image: 'busybox', age: 1000 },
      log: webLog('brief', 5),
    })
    store.changeContainer(brief, 'start')
    await visit(`/containers/${brief.id}/logs`)
    await expect(page.getByTestId('log')).toContainText('item/4')
    brief.state = 'exited'
    removeContainer(store, brief)
    await expect(page.locator('main')).toContainText(/removed|no longer|gone/i)
  })
})
