import { describe, expect, it } from 'vitest'
import { AppError } from '#api'
import { createRecorder } from '../../../../renderer/commands/recorder.ts'

const id = 'a'.repeat(64)

describe('the recorder', () => {
  it('keeps what was done, newest first, with its end', () => {
    const recorder = createRecorder()
    const end = recorder.begin('containers', 'stop', [id])
    expect(recorder.entries.value[0]).toMatchObject({ state: 'active' })
    recorder.begin('containers', 'start', [id])(new AppError('port-taken', { port: 80 }))
    end()
    expect(recorder.entries.value.map(({ argv, state }) => [argv.join(' '), state])).toEqual([
      ['docker start aaaaaaaaaaaa', 'failed'],
      ['docker stop aaaaaaaaaaaa', 'done'],
    ])
    expect(recorder.entries.value[0]?.error?.code).toBe('port-taken')
  })

  it('calls objects as the stores do, at the time of the order', () => {
    const recorder = createRecorder()
    recorder.names = { container: () => 'web', image: () => 'nginx', files: () => [] }
    recorder.begin('containers', 'remove', [id, { force: true }])
    expect(recorder.entries.value[0]?.argv.join(' ')).toBe('docker rm --force web')
  })

  it('counts looking again, and keeps every order', () => {
    const recorder = createRecorder()
    for (let round = 0; round < 3; round += 1) {
      recorder.begin('containers', 'processes', [id])()
      recorder.begin('containers', 'restart', [id])()
    }
    const [, top] = recorder.entries.value
    expect(recorder.entries.value).toHaveLength(4)
    expect(top).toMatchObject({ kind: 'looks', times: 3 })
  })

  it('tells a load that was left from one that ended', () => {
    const recorder = createRecorder()
    recorder.begin('images', 'load', ['/home/me/alpine.tar'])(undefined, true)
    recorder.begin('containers', 'logs', [id])(undefined, true)
    expect(recorder.entries.value.map(({ state }) => state)).toEqual(['done', 'left'])
  })

  it('leaves what goes on open until its run has ended, and ends it once', () => {
    const recorder = createRecorder()
    recorder.keepRun('a', recorder.begin('compose', 'up', ['shop']))
    recorder.keepRun('b', recorder.begin('compose', 'stop', ['blog']))
    expect(recorder.entries.value.map(({ state }) => state)).toEqual(['active', 'active'])
    recorder.endRun('a', new AppError('compose-failed', { project: 'shop', message: 'no' }))
    recorder.endRun('a')
    recorder.endRun('b', undefined, true)
    recorder.endRun('of another window')
    expect(recorder.entries.value.map(({ state }) => state)).toEqual(['left', 'failed'])
  })

  it('never holds more than a thousand', () => {
    const recorder = createRecorder()
    for (let round = 0; round < 1200; round += 1) recorder.begin('containers', 'stop', [id])()
    expect(recorder.entries.value).toHaveLength(1000)
  })
})
