import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** What axe-core calls serious or critical once nothing moves any more, in a line each. */
export async function findBarriers(page: Page, where: string): Promise<string[]> {
  await settle(page)
  const axe = new AxeBuilder({ page })
  // What a modal menu hides is out of reach like what a dialog hides, but axe-core knows that of dialogs only.
  if (await page.getByRole('menu').isVisible()) axe.disableRules(['aria-hidden-focus'])
  const { violations } = await axe.analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ target, failureSummary = '' }) => {
        const why = failureSummary.split('\n').slice(1, 2).join('').trim()
        return `${where}: ${id} at ${target.join(' ')}: ${why}`
      }),
    )
}

/** Colours in the middle of a change are nobody's contrast; a change begins a frame after what asked for it. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle')
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    for (;;) {
      await frame()
      await frame()
      const moving = document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity)
        .filter(({ playState }) => playState === 'running')
      if (moving.length === 0) return
      await Promise.allSettled(moving.map((animation) => animation.finished))
    }
  })
}
