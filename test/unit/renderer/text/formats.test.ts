import { describe, expect, it } from 'vitest'
import {
  formatAge,
  formatSeconds,
  formatSize,
  toDockerHost,
} from '../../../../renderer/text/formats.ts'

describe('formats', () => {
  it.each([
    [0, 'en', '0 sec'],
    [59_999, 'en', '59 sec'],
    [120_000, 'en', '2 min'],
    [3 * 3_600_000, 'en', '3 hr'],
    [26 * 3_600_000, 'en', '1 day'],
    [12 * 86_400_000, 'en', '12 days'],
    [120_000, 'zh-CN', '2 分钟'],
    [-5000, 'en', '0 sec'],
  ])('tells the age of %d ms in %s as %s', (ms, locale, text) => {
    expect(formatAge(ms, locale)).toBe(text)
  })

  it.each([
    [0, '0 byte'],
    [999, '999 byte'],
    [52_400_000, '52.4 MB'],
    [438_000_000, '438 MB'],
    [1_234_000_000, '1.23 GB'],
  ])('tells %d bytes as %s', (bytes, text) => {
    expect(formatSize(bytes, 'en')).toBe(text)
  })

  it('tells seconds with one digit', () => {
    expect(formatSeconds(6200, 'en')).toBe('6.2s')
    expect(formatSeconds(6200, 'zh-CN')).toBe('6.2 秒')
  })

  it('makes DOCKER_HOST of a socket and of a pipe', () => {
    expect(toDockerHost('/run/berth/docker.sock')).toBe('unix:///run/berth/docker.sock')
    expect(toDockerHost('\\\\.\\pipe\\berth_engine')).toBe('npipe:////./pipe/berth_engine')
  })
})
