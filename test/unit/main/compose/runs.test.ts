import { describe, expect, it, onTestFinished } from 'vitest'
import { AppError, type ComposeRun } from '#api'
import { RunSteps } from '../../../../main/compose/run-steps.ts'
import { ComposeRuns, type ComposeWork } from '../../../../main/compose/runs.ts'
import { listsOf } from '../../../support/lists-of.ts'
import { reading } from '../engine/with-engine.ts'

function openRuns() {
  const bugs: unknown[] = []
  const runs = new ComposeRuns((error) => {
    if (error instanceof AppError) return error.toShape()
    bugs.push(error)
    return { code: 'internal', params: {} }
  })
  const watched = reading(listsOf(runs.watch()))
  onTestFinished(async () => {
    await runs[Symbol.asyncDispose]()
    await watched[Symbol.asyncDispose]()
  })
  const until = (phase: ComposeRun['phase']) => watched.until((list) => list[0]?.phase === phase)
  return { runs, bugs, watched, until }
}

/** Ends when it is told to, and not before. */
const untilStopped: ComposeWork = (_tell, signal) =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
const atOnce = () => Promise.resolve()

describe('runs', () => {
  it('tell their steps as they go on, to a reader who comes late too', async () => {
    const { runs, watched, until } = openRuns()
    const { promise: wait, resolve: goOn } = Promise.withResolvers<undefined>()
    const id = runs.begin('shop', 'up', async (tell) => {
      tell([{ id: 'Container shop-web-1', text: 'Creating', state: 'working' }])
      tell([{ id: 'Container shop-web-1', text: 'Created', state: 'done' }])
      await wait
    })
    const [run] = await watched.until(([one]) => one?.steps.length === 1)
    expect(run).toEqual({
      ...{ id, project: 'shop', verb: 'up', phase: 'active' },
      steps: [{ id: 'Container shop-web-1', text: 'Created', state: 'done' }],
    })
    await using late = reading(listsOf(runs.watch()))
    expect(await late.take()).toEqual([run])
    goOn(undefined)
    expect(await until('done')).toEqual([{ ...run, phase: 'done', steps: [] }])
  })

  it('are one of a project at a time', async () => {
    const { runs, until } = openRuns()
    const first = runs.begin('shop', 'up', untilStopped)
    const second = () => runs.begin('shop', 'stop', atOnce)
    expect(second).toThrow(new AppError('compose-busy', { project: 'shop' }))
    runs.begin('blog', 'up', atOnce)
    runs.cancel(first)
    expect(second).toThrow(AppError)
    await until('cancelled')
    expect(second()).not.toBe(first)
  })

  it('that were cancelled end in order; one that has ended is not cancelled any more', async () => {
    const { runs, until, watched } = openRuns()
    const id = runs.begin('shop', 'up', untilStopped)
    await until('active')
    runs.cancel(id)
    await until('cancelled')
    const next = runs.begin('shop', 'down', untilStopped)
    runs.cancel(id)
    runs.dismiss(next)
    const [run] = await watched.until(([one]) => one?.id === next)
    expect(run?.phase).toBe('active')
  })

  it('that failed say why until they are dismissed, and a bug says no more than that', async () => {
    const { runs, until, watched, bugs } = openRuns()
    const id = runs.begin('shop', 'up', (tell) => {
      tell([{ id: 'web', text: 'Error', state: 'failed' }])
      return Promise.reject(new AppError('compose-no-file', { project: 'shop' }))
    })
    const [run] = await until('failed')
    expect(run).toMatchObject({ steps: [{ id: 'web' }], error: { code: 'compose-no-file' } })
    expect(bugs).toEqual([])
    runs.dismiss(id)
    await watched.until((list) => list.length === 0)
    const bug = new TypeError('oops')
    runs.begin('shop', 'up', () => Promise.reject(bug))
    expect((await until('failed'))[0]?.error?.code).toBe('internal')
    expect(bugs).toEqual([bug])
  })

  it('that have ended are not remembered without bound, and none under way is forgotten', async () => {
    const { runs, watched } = openRuns()
    runs.begin('first', 'up', untilStopped)
    for (let round = 0; round < 60; round += 1) runs.begin(`p${round}`, 'stop', atOnce)
    const list = await watched.until((all) => all.length === 51 && all[50]?.phase === 'done')
    expect([list[0]?.project, list[1]?.project]).toEqual(['first', 'p10'])
  })

  it('end with the app, and none begins after', async () => {
    const { runs, until } = openRuns()
    runs.begin('shop', 'up', untilStopped)
    await runs[Symbol.asyncDispose]()
    await until('cancelled')
    runs.begin('shop', 'stop', (_tell, { aborted }) =>
      aborted ? Promise.resolve() : Promise.reject(new Error('it has begun')),
    )
    await until('cancelled')
  })
})

it('the steps of a run are those of things, with their layers summed up', () => {
  const steps = new RunSteps()
  steps.add([
    { id: 'web', text: 'Pulling', state: 'working' },
    { id: 'a', parent: 'web', text: 'Downloading', state: 'working', current: 10, total: 40 },
    { id: 'b', parent: 'web', text: 'Downloading', state: 'working', current: 5, total: 60 },
  ])
  steps.add([
    { id: 'a', parent: 'web', text: 'Pull complete', state: 'done' },
    { id: 'Container shop-web-1', text: 'Creating', state: 'working' },
    { id: 'Container shop-web-1', text: 'Created', state: 'done' },
  ])
  expect(steps.all).toEqual([
    { id: 'web', text: 'Pulling', state: 'working', current: 45, total: 100 },
    { id: 'Container shop-web-1', text: 'Created', state: 'done' },
  ])
})
