import { computed } from 'vue'
import { useRouter } from 'vue-router'
import { pages } from '../../shell/pages.ts'
import { useWords } from '../../text/words.ts'
import { settingsSections } from '../../shell/settings-sections.ts'
import type { PaletteItem } from './palette-item.ts'

/** Every page, and every part of the settings. */
export function usePageItems() {
  const { t } = useWords()
  const router = useRouter()
  return computed((): PaletteItem[] => [
    ...pages.map(({ key, to, icon, letter }) => ({
      id: `page ${key}`,
      kind: 'page' as const,
      icon,
      label: t(`ui.page.${key}`),
      words: key,
      weight: 12,
      keys: ['g', letter],
      run: () => router.push(to),
    })),
    ...settingsSections.map(({ key, icon, words }) => ({
      id: `setting ${key}`,
      kind: 'setting' as const,
      icon,
      label: t(`ui.settings.section.${key}`),
      words: `${words} settings`,
      weight: 4,
      run: () => router.push(`/settings#${key}`),
    })),
  ])
}
