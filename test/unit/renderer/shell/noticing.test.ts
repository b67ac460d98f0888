import { beforeEach, describe, expect, it, vi } from 'vitest'
import { useNoticing } from '../../../../renderer/shell/noticing.ts'
import { useNotificationsStore } from '../../../../renderer/stores/notifications.ts'
import { useTransfersStore } from '../../../../renderer/stores/transfers.ts'
import { keepInBrowser } from '../../../support/browser-storage.ts'
import { openWindow, openWindowOn } from '../../../support/window-stores.ts'

const soon = <T>(check: () => T) => vi.waitFor(check, { interval: 2 })

type Window = ReturnType<typeof openWindowOn>

/** What a window has told of transfers, newest first. */
function noticesOf({ use }: Window) {
  const { notices } = use(useNotificationsStore)
  return notices.flatMap((one) => (one.kind === 'transfer' ? [one.name] : []))
}

/** Pulls an image, and waits until the window knows that it is there. */
async function pull(window: Window, reference: string) {
  const { ended } = await window.use(useTransfersStore).pull(reference)
  expect(await ended).toBe('done')
}

const untilOpen = ({ connection }: Window) =>
  soon(() => expect(connection.state.value).toBe('open'))

beforeEach(() => {
  vi.unstubAllGlobals()
  keepInBrowser('sessionStorage')
})

describe('the end of a transfer', () => {
  it('is told once, also of one that began and ended between two looks of the window', async () => {
    const fake = await openWindow()
    fake.use(useNoticing)
    await untilOpen(fake)
    await pull(fake, 'first')
    fake.line.down = true
    fake.cut()
    await soon(() => expect(fake.connection.state.value).toBe('lost'))
    const other = openWindowOn(fake)
    await untilOpen(other)
    await pull(other, 'alpine')
    fake.line.down = false
    fake.connection.retryNow()
    await soon(() => expect(noticesOf(fake)).toEqual(['alpine:latest', 'first:latest']))
  })
  it('is told by a window that was loaded anew while it came, and by no later life of it', async () => {
    const fake = await openWindow()
    fake.use(useNoticing)
    await untilOpen(fake)
    await pull(fake, 'first')
    // Its page has gone, and the next one is not there yet.
    fake.line.down = true
    fake.cut()
    await fake.app.api.transfers.pull('missing/thing')
    await soon(() => expect(fake.engine.requests.at(-1)).toContain('missing'))
    const after = openWindowOn(fake)
    after.use(useNoticing)
    await soon(() => expect(noticesOf(after)).toEqual(['missing/thing:latest']))
    const later = openWindowOn(fake)
    later.use(useNoticing)
    await soon(() => expect(later.use(useTransfersStore).transfers).toHaveLength(1))
    expect(noticesOf(later)).toEqual([])
  })

  it('is told of an archive that is loaded, too', async () => {
    const fake = await openWindow()
    fake.use(useNoticing)
    await untilOpen(fake)
    fake.use(useTransfersStore).load(new File(['x'], '/nosuch.tar'))
    await soon(() => expect(noticesOf(fake)).toEqual(['/nosuch.tar']))
  })
})
