import { describe, expect, test } from 'vitest'
import { describeAuthority, parseAuthorities } from '../../../../main/network/authorities.ts'
import { examineHostNetwork } from '../../../../main/network/examine.ts'
import { parseProxy } from '../../../../main/network/proxy-server.ts'
import { createAgents } from '../../../../main/registry/agents.ts'
import { createAuthority } from '../../../support/registry-lab/certificate.ts'
import { startForwardProxy } from '../../../support/registry-lab/forward-proxy.ts'

const [one, two] = [createAuthority(), createAuthority()]

describe('a text of certificates', () => {
  test('gives each once, without what stands around them', () => {
    const text = `# our company\r\n${one.certificate}\nsubject=…\n${two.certificate}${one.certificate}`
    expect(parseAuthorities(text)).toEqual([one.certificate, two.certificate])
    expect(parseAuthorities(one.certificate.replaceAll('\n', '\r\n'))).toEqual([one.certificate])
  })

  test.each(['', 'hello', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
    'that has none is refused: %s',
    (text) => {
      expect(() => parseAuthorities(text)).toThrow(
        expect.objectContaining({ code: 'authority-invalid' }),
      )
    },
  )

  test('with a key in it is refused as a whole', () => {
    expect(() => parseAuthorities(one.certificate + one.privateKey)).toThrow(
      expect.objectContaining({ code: 'authority-key' }),
    )
  })
})

test('a certificate is shown by its name, who gave it and its days', () => {
  const { subject, issuer, until, fingerprint } = describeAuthority(one.certificate)
  expect(subject).toMatch(/^Berth's test authority/)
  expect(issuer).toBe(subject)
  expect(until).toBeGreaterThan(Date.now())
  expect(fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
})

test('the doctor tells of a proxy that does not answer and of a certificate past its days', async () => {
  using agents = createAgents()
  await using good = await startForwardProxy({ hosts: {} })
  const old = one.issue({ days: -1 }).certificate
  const by = (http: string) => ({ proxyFor: () => parseProxy(http), agents })
  const well = await examineHostNetwork({ ...by(good.url), authorities: [one.certificate] })
  expect(well.map(({ check, state }) => [check, state])).toEqual([
    ['proxy', 'ok'],
    ['authorities', 'ok'],
  ])
  const ill = await examineHostNetwork({
    ...by('http://mia:secret@127.0.0.1:1'),
    authorities: [old],
  })
  expect(ill).toMatchObject([
    {
      check: 'proxy',
      error: { code: 'proxy-unreachable', params: { proxy: 'http://127.0.0.1:1' } },
    },
    { check: 'authorities', error: { code: 'authority-expired' } },
  ])
})
