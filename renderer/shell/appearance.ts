import { usePreferredDark } from '@vueuse/core'
import { computed, watchEffect } from 'vue'
import { useSettingsStore } from '../stores/settings.ts'
import { type Language, type WindowI18n, showLanguage, toLanguage } from '../text/words.ts'

type Theme = 'system' | 'light' | 'dark'

const languageKey = 'berth-language'
const themeKey = 'berth-theme'

/** What was shown last: the settings themselves arrive only when the app has answered. */
function rememberedLanguage(): Language | 'system' {
  const value = localStorage.getItem(languageKey)
  return value === 'en' || value === 'zh-CN' ? value : 'system'
}

function rememberedTheme(): Theme {
  const value = localStorage.getItem(themeKey)
  return value === 'light' || value === 'dark' ? value : 'system'
}

function paint(dark: boolean) {
  document.documentElement.classList.toggle('dark', dark)
  document.documentElement.style.colorScheme = dark ? 'dark' : 'light'
}

/** Shows language and theme as they were last, before anything is drawn. */
export async function restoreAppearance(i18n: WindowI18n): Promise<void> {
  const theme = rememberedTheme()
  paint(theme === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark')
  await showLanguage(i18n, toLanguage(rememberedLanguage(), navigator.languages))
}

/** Tells the styles what stands around the page: the Mac's window buttons lie over it. */
export function markFrame(isOwnWindow: boolean): void {
  if (isOwnWindow && navigator.userAgent.includes('Macintosh'))
    document.documentElement.dataset['frame'] = 'mac'
}

/** Keeps language, density and theme with the settings, and with the system where they say so. */
export function useAppearance(i18n: WindowI18n): void {
  const settings = useSettingsStore()
  const systemIsDark = usePreferredDark()
  const chosen = computed(() => settings.snapshot?.settings)
  watchEffect(() => {
    const theme = chosen.value?.theme ?? rememberedTheme()
    localStorage.setItem(themeKey, theme)
    paint(theme === 'system' ? systemIsDark.value : theme === 'dark')
  })
  watchEffect(() => {
    const { density } = chosen.value ?? {}
    if (density) document.documentElement.dataset['density'] = density
  })
  watchEffect(() => {
    const language = chosen.value?.language ?? rememberedLanguage()
    localStorage.setItem(languageKey, language)
    void showLanguage(i18n, toLanguage(language, navigator.languages))
  })
}
