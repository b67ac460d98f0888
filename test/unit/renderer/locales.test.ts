import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { engineProblemCodes, errorCodes } from '#api'
import en from '../../../assets/locales/en.json' with { type: 'json' }
import zh from '../../../assets/locales/zh-CN.json' with { type: 'json' }

type Tree = { [key: string]: string | Tree }

function flatten(tree: Tree, prefix = ''): Map<string, string> {
  const leaves = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    const path = prefix === '' ? key : `${prefix}.${key}`
    if (typeof value === 'string') leaves.set(path, value)
    else for (const [inner, text] of flatten(value, path)) leaves.set(inner, text)
  }
  return leaves
}

const toParams = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()

const english = flatten(en)
const chinese = flatten(zh)

describe('the locale files', () => {
  it('have the same keys', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
  })

  it('fill the same places in both languages', () => {
    for (const [key, text] of english)
      expect(toParams(chinese.get(key) ?? ''), key).toEqual(toParams(text))
  })

  it('word every error code, and no other', () => {
    expect(Object.keys(en.errors).sort()).toEqual([...errorCodes].sort())
    expect(Object.keys(zh.errors).sort()).toEqual([...errorCodes].sort())
  })

  it('word every problem of engine settings, and no other', () => {
    expect(Object.keys(en.engineProblem).sort()).toEqual([...engineProblemCodes].sort())
  })

  it('name an end that exists for a system image that does not work: the app makes none', () => {
    for (const code of ['image-missing', 'image-damaged', 'system-failed'] as const) {
      expect(en.errors[code], code).toContain('reinstall Berth')
      expect(en.errors[code], code).not.toMatch(/remove|delete/)
      expect(zh.errors[code], code).toContain('重新安装 Berth')
      expect(zh.errors[code], code).not.toMatch(/删除/)
    }
  })

  it('call a registry and a repository each by one word in Chinese, and by none of the other', () => {
    for (const [key, text] of chinese) {
      expect(text.replaceAll('镜像仓库', ''), key).not.toContain('仓库')
      const isOfRepository = /repositor(?:y|ies)/i.test(english.get(key) ?? '')
      expect(text.includes('存储库'), key).toBe(isOfRepository)
    }
  })

  it('keep clear of the signs that the message format gives a meaning', () => {
    for (const [key, text] of [...english, ...chinese]) {
      expect(text, key).not.toMatch(/[@|]/)
      expect(text.replaceAll(/\{\w+\}/g, ''), key).not.toMatch(/[{}]/)
      expect(text.trim(), key).toBe(text)
      expect(text, key).not.toBe('')
    }
  })

  it('hold no words of the window that nothing shows', () => {
    const source = readSource(fileURLToPath(new URL('../../../renderer', import.meta.url)))
    for (const key of english.keys()) {
      if (!key.startsWith('ui.')) continue
      const parent = key.slice(0, key.lastIndexOf('.'))
      const grandparent = parent.slice(0, parent.lastIndexOf('.'))
      const isUsed =
        source.includes(`'${key}'`) ||
        source.includes(`\`${parent}.\${`) ||
        source.includes(`\`${grandparent}.\${`) ||
        source.includes(`\`${parent}.`) ||
        key.endsWith('Range')
      expect(isUsed, key).toBe(true)
    }
  })
})

function readSource(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(vue|ts)$/.test(name) && !name.includes('node_modules'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
}
