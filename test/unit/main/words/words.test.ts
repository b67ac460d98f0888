import { describe, expect, test } from 'vitest'
import { chooseLanguage, createSay, systemLocale } from '../../../../main/words/words.ts'

describe('words', () => {
  test('are said in the language, with their params', () => {
    expect(createSay('en')('errors.port-taken', { port: 80 })).toContain('80')
    expect(createSay('zh-CN')('cli.stop.done')).toMatch(/虚拟机/)
  })

  test('of an unknown key are the key', () => {
    expect(createSay('en')('no.such')).toBe('no.such')
    expect(createSay('en')('toString')).toBe('toString')
  })

  test.each([
    ['system', 'zh_CN.UTF-8', 'zh-CN'],
    ['system', 'de_DE.UTF-8', 'en'],
    ['en', 'zh_CN.UTF-8', 'en'],
    ['zh-CN', 'C', 'zh-CN'],
  ] as const)('for the setting %s in %s are %s', (setting, locale, language) => {
    expect(chooseLanguage(setting, locale)).toBe(language)
  })

  test('follow the locale’s variables in their order', () => {
    expect(systemLocale({ LC_ALL: '', LC_MESSAGES: 'zh_CN', LANG: 'en_US' })).toBe('zh_CN')
  })
})
