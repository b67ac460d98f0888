import type { ErrorCode, TransferLayer, TransferSource } from '#api'
import { toNetworkWay } from '../../registry/network-way.ts'
import { formatAge, formatSize, formatSizeOf } from '../../text/formats.ts'
import type { useWords } from '../../text/words.ts'
import { quietAt, rateAt, secondsAt } from '../../transfer/pace.ts'
import type { TransferPace } from '../../transfer/paces.ts'
import { isThrough, toLayerStep, type Transfer, type TransferSum } from '../../transfer/transfer.ts'

type Words = Pick<ReturnType<typeof useWords>, 't' | 'locale'>

/** Bytes that have come of those that are known of; the engine's own word while there are none. */
export function toAmount({ message }: Transfer, sum: TransferSum, { t, locale }: Words): string {
  const { total, isWhole, current } = sum
  if (total === 0) return message || t('ui.transfers.waiting')
  return t(isWhole ? 'ui.transfers.amount' : 'ui.transfers.amountKnown', {
    current: formatSize(current, locale.value),
    total: formatSize(total, locale.value),
  })
}

/** How fast and how long still; when nothing comes that should, for how long that has been. */
export function toPaceWords(
  pace: TransferPace | undefined,
  { sum, now }: { sum: TransferSum; now: number },
  { t, locale }: Words,
): string {
  if (!pace || (sum.isWhole && sum.current >= sum.total)) return ''
  const quiet = quietAt(pace.whole, now)
  if (quiet !== undefined) return t('ui.transfers.quiet', { time: formatAge(quiet, locale.value) })
  const rate = rateAt(pace.whole, now)
  if (rate === undefined) return ''
  const words = [t('ui.transfers.speed', { size: formatSize(rate, locale.value) })]
  if (pace.left) {
    const ms = secondsAt(pace.left, now) * 1000
    words.push(t('ui.transfers.left', { time: formatAge(ms, locale.value) }))
  }
  return words.join(' · ')
}

/** Who it comes from, at most two of them. */
export function toSourceWords(from: readonly TransferSource[], { t }: Words): string {
  const [first, second] = from.map(({ name, url }) => name ?? new URL(url).host)
  if (first === undefined) return ''
  return second === undefined
    ? t('ui.transfers.from', { name: first })
    : t('ui.transfers.fromBoth', { name: first, other: second })
}

/** What is told of one layer. */
export interface LayerRow {
  id: string
  word: string
  amount: string
  speed: string
  /** From 0 to 1; undefined while nothing says it. */
  share: number | undefined
  isThrough: boolean
}

export function toLayerRow(
  layer: TransferLayer,
  { pace, now, isOver }: { pace: TransferPace | undefined; now: number; isOver: boolean },
  words: Words,
): LayerRow {
  const { id, message, current, total, seconds } = layer
  const { t, locale } = words
  const step = isOver ? toLastStep(layer) : toLayerStep(message)
  const over = isThrough(layer)
  const isMoving = current !== undefined && total !== undefined && total > 0 && !over
  const rate = isMoving ? rateAt(pace?.layers.get(id), now) : undefined
  const size = total === undefined ? '' : formatSize(total, locale.value)
  return {
    ...{ id, isThrough: over },
    word: step ? t(`ui.transfers.step.${step}`) : message,
    amount: isMoving ? formatSizeOf(current, total, locale.value) : size,
    speed: isOver ? '' : toSpeed(rate, seconds, words),
    share: isMoving ? current / total : undefined,
  }
}

/** What had become of a layer when its transfer ended early: nothing is under way any more. */
function toLastStep({ message }: TransferLayer) {
  const step = toLayerStep(message)
  if (step === 'downloading' || step === 'sending' || step === 'loading') return 'stopped'
  return step === 'extracting' || step === 'verifying' ? 'downloaded' : step
}

/** Of one that is unpacked its time, where the engine has nothing else to tell. */
function toSpeed(rate: number | undefined, seconds: number | undefined, { t, locale }: Words) {
  if (seconds !== undefined) return formatAge(seconds * 1000, locale.value)
  return rate === undefined ? '' : t('ui.transfers.speed', { size: formatSize(rate, locale.value) })
}

/** Where to go about a failure; undefined where trying again is all there is. */
export function toWayOut(
  code: ErrorCode,
  kind: Transfer['kind'],
):
  { to: string; label: 'ui.transfers.logIn' | 'ui.page.mirrors' | 'ui.page.settings' } | undefined {
  if (code === 'push-login' || code === 'push-denied' || code === 'registry-denied')
    return { to: '/registries', label: 'ui.transfers.logIn' }
  if (toNetworkWay(code)) return { to: '/settings#network', label: 'ui.page.settings' }
  if (kind === 'pull' && helpedByMirrors.has(code))
    return { to: '/mirrors', label: 'ui.page.mirrors' }
  return undefined
}

const helpedByMirrors: ReadonlySet<ErrorCode> = new Set([
  ...(['registry-limited', 'registry-busy', 'registry-dns', 'registry-unreachable'] as const),
  ...(['registry-slow', 'registry-cut', 'registry-lagging'] as const),
])
