import { advance, type Pace, timeLeft, type TimeLeft } from './pace.ts'
import { sumLayers, type Transfer } from './transfer.ts'

/** How fast a transfer goes, as a whole and layer by layer. */
export interface TransferPace {
  whole: Pace
  left: TimeLeft | undefined
  layers: ReadonlyMap<string, Pace>
}

type Followed = Pick<Transfer, 'id' | 'kind' | 'phase' | 'layers'>

/** The paces of those that are under way; what has ended has none. */
export function nextPaces(
  paces: ReadonlyMap<string, TransferPace>,
  transfers: readonly Followed[],
  now: number,
): ReadonlyMap<string, TransferPace> {
  const active = transfers.filter(({ phase }) => phase === 'active')
  return new Map(active.map((one) => [one.id, nextPace(paces.get(one.id), one, now)]))
}

function nextPace(last: TransferPace | undefined, of: Followed, now: number): TransferPace {
  const sum = sumLayers(of.layers)
  const whole = advance(last?.whole, now, sum.current)
  const bytesLeft = sum.total - sum.current
  const moving = of.layers.filter(({ current }) => current !== undefined)
  return {
    whole,
    // What is not known to be all of it has no end that could be told.
    left: sum.isWhole ? timeLeft(last?.left, whole, { bytesLeft, now }) : undefined,
    layers: new Map(
      moving.map(({ id, current = 0 }) => [id, advance(last?.layers.get(id), now, current)]),
    ),
  }
}
