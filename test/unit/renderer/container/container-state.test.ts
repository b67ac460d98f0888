import { describe, expect, it } from 'vitest'
import {
  isUp,
  parseExitCode,
  toContainerTone,
  toPortTexts,
} from '../../../../renderer/container/container-state.ts'

describe('the state of a container', () => {
  it.each([
    ['Exited (137) 2 hours ago', 137],
    ['Restarting (1) 4 seconds ago', 1],
    ['Up 2 minutes', undefined],
    ['Created', undefined],
  ])('reads the exit code of %s', (status, code) => {
    expect(parseExitCode(status)).toBe(code)
  })

  it('is red for a failure only', () => {
    expect(toContainerTone({ state: 'exited', status: 'Exited (0) now' })).toBe('neutral')
    expect(toContainerTone({ state: 'exited', status: 'Exited (1) now' })).toBe('error')
    expect(toContainerTone({ state: 'running', status: 'Up' })).toBe('success')
  })

  it('tells what can be stopped', () => {
    expect(isUp('restarting')).toBe(true)
    expect(isUp('created')).toBe(false)
  })

  it('shows each published port once', () => {
    expect(
      toPortTexts([
        { hostIp: '0.0.0.0', hostPort: 8080, containerPort: 80, protocol: 'tcp' },
        { hostIp: '::', hostPort: 8080, containerPort: 80, protocol: 'tcp' },
        { hostIp: '0.0.0.0', hostPort: 53, containerPort: 53, protocol: 'udp' },
        { containerPort: 443, protocol: 'tcp' },
      ]),
    ).toEqual(['8080→80', '53→53/udp'])
  })
})
