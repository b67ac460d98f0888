/**
 * How long, or how often: `whole` is what the fault case asks for, and is taken with BERTH_TEST_WHOLE=1. A long run has
 * a part of it, since the rest only waits.
 */
export function atLength({ whole, part }: { whole: number; part: number }): number {
  return process.env['BERTH_TEST_WHOLE'] === '1' ? whole : part
}
