import type { LogPlan } from './log-plan.ts'

/** The text of a numbered line: short, so that a million of them are within what a window keeps. */
export function floodLine(index: number): string {
  return `line ${index} of the flood`
}

/** `count` numbered lines, `perSecond` of them, as a container writes that has nothing else to do. */
export function floodLog(count: number, perSecond = Infinity): LogPlan {
  return {
    ...{ past: 0, everyMs: 0, perSecond, end: count },
    line: (index) => ({ source: 'stdout', text: floodLine(index) }),
  }
}
