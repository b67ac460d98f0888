import en from '../../assets/locales/en.json' with { type: 'json' }
import zhCN from '../../assets/locales/zh-CN.json' with { type: 'json' }
import type { ErrorShape, Settings } from '#api'

export type Language = 'en' | 'zh-CN'

/** Says the sentence of `key` (dots between its parts) in one language; the key itself when it has none. */
export type Say = (key: string, params?: Record<string, string | number>) => string

const locales: Record<Language, unknown> = { en, 'zh-CN': zhCN }

/** The words of tray and CLI: the same files that the window reads, with `{name}` replaced by its param. */
export function createSay(language: Language): Say {
  return (key, params = {}) => {
    const text = key.split('.').reduce<unknown>(pick, locales[language])
    if (typeof text !== 'string') return key
    return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole))
  }
}

export function sayError(say: Say, { code, params }: ErrorShape): string {
  return say(`errors.${code}`, params)
}

/** The language that is set, or the one of the system's locale, such as `zh_CN.UTF-8`. */
export function chooseLanguage(setting: Settings['language'], systemLocale: string): Language {
  if (setting !== 'system') return setting
  return /^zh/i.test(systemLocale) ? 'zh-CN' : 'en'
}

/** The locale of this process: POSIX's variables in their order, else what the runtime found. */
export function systemLocale(env: Readonly<Record<string, string | undefined>>): string {
  const named = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => !!value)
  return named ?? Intl.DateTimeFormat().resolvedOptions().locale
}

function pick(node: unknown, part: string): unknown {
  return typeof node === 'object' && node !== null && Object.hasOwn(node, part)
    ? (node as Record<string, unknown>)[part]
    : undefined
}
