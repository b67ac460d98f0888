import { createI18n, useI18n } from 'vue-i18n'
import type { ErrorShape } from '#api'
import type en from '../../assets/locales/en.json'

type Words = typeof en
type Leaf<T> = {
  [Key in keyof T & string]: T[Key] extends string ? Key : `${Key}.${Leaf<T[Key]>}`
}[keyof T & string]

/** Every key of the locale files, so that a wrong one does not compile. */
export type WordKey = Leaf<Words>

export type Language = 'en' | 'zh-CN'

export type WindowI18n = ReturnType<typeof create>

const none: Record<string, Words> = {}

function create() {
  return createI18n({
    legacy: false,
    locale: 'en',
    fallbackLocale: 'en',
    messages: none,
    missingWarn: import.meta.env.DEV,
    fallbackWarn: false,
  })
}

/** The window's words, with no language shown yet. */
export function createWords(): WindowI18n {
  return create()
}

/** The language to use for a setting, given what the browser or system prefers, best first. */
export function toLanguage(setting: Language | 'system', preferred: readonly string[]): Language {
  if (setting !== 'system') return setting
  for (const tag of preferred) {
    if (tag.toLowerCase().startsWith('zh')) return 'zh-CN'
    if (tag.toLowerCase().startsWith('en')) return 'en'
  }
  return 'en'
}

const files: Record<Language, () => Promise<{ default: Words }>> = {
  en: () => import('../../assets/locales/en.json'),
  'zh-CN': () => import('../../assets/locales/zh-CN.json'),
}

/** Fetches a language's words once and shows them. */
export async function showLanguage(i18n: WindowI18n, language: Language): Promise<void> {
  const { global } = i18n
  if (!global.availableLocales.includes(language))
    global.setLocaleMessage(language, (await files[language]()).default)
  global.locale.value = language
  document.documentElement.lang = language
}

interface Translator {
  locale: { value: string }
  t: (key: string) => string
}

/** Words without a gap are the same each time; vue-i18n makes them anew each time, and a list asks for thousands. */
const plainWords = new WeakMap<Translator, Map<string, string>>()

function toPlain(i18n: Translator, key: WordKey): string {
  const words = plainWords.get(i18n) ?? new Map<string, string>()
  plainWords.set(i18n, words)
  const place = `${i18n.locale.value} ${key}`
  const known = words.get(place)
  if (known !== undefined) return known
  const text = i18n.t(key)
  // A language whose words are not there yet has only keys to show.
  if (text !== key) words.set(place, text)
  return text
}

/** The words of the current language, by keys that the compiler knows. */
export function useWords() {
  const i18n = useI18n()
  const t = (key: WordKey, params?: Record<string, string | number>) =>
    params ? i18n.t(key, params) : toPlain(i18n, key)
  /** The sentence for a failure; one whose code has no words is an internal one. */
  const wordError = (error: ErrorShape) => {
    const key = `errors.${error.code}` as const
    return i18n.te(key) || i18n.te(key, 'en')
      ? t(key, error.params)
      : t('errors.internal', { log: '' })
  }
  return { t, wordError, locale: i18n.locale }
}
