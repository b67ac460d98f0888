import { describe, expect, test } from 'vitest'
import type { Machine, MachineConfig } from '../../../vm/index.ts'
import { atLength } from '../../support/at-length.ts'
import { expectNothingLeft } from '../../support/leftovers.ts'
import { snapshotWhere } from '../../support/machine.ts'
import type { Sentinel } from '../../support/sentinel.ts'

const full = process.env['BERTH_TEST_FULL'] === '1'
const cycles = atLength({ whole: 50, part: 5 })
const rowMs = 400_000

/** Starts and stops, one after the other. The machine is stopped before and after. */
export function cycleRows(
  machine: () => Machine,
  config: () => MachineConfig,
  sentinel: () => Sentinel,
): void {
  describe.runIf(full)('a machine that is stopped', () => {
    test.each(['image', 'boot', 'ssh', 'engine'] as const)(
      'while it starts (%s) leaves nothing',
      { timeout: rowMs },
      async (stage) => {
        const reached = snapshotWhere(
          machine(),
          ({ state }) => state.phase === 'starting' && state.stage === stage,
          rowMs,
        )
        const starting = machine().start()
        starting.catch(() => undefined)
        await reached
        await machine().stop()
        await expect(starting).rejects.toThrow('is being stopped')
        expect(machine().snapshot.state).toEqual({ phase: 'stopped' })
        await expectNothingLeft(config())
      },
    )

    test(
      `and started ${cycles} times leaves nothing, and loses nothing`,
      { timeout: cycles * rowMs },
      async () => {
        for (let cycle = 1; cycle <= cycles; cycle++) {
          await machine().start()
          await sentinel().expectKept()
          const report = await machine().stop()
          const console = await machine().serialTail(20)
          expect(report, `cycle ${cycle}\n${console.join('\n')}`).toMatchObject({ graceful: true })
          await expectNothingLeft(config())
        }
      },
    )
  })
}
