import { useI18n } from 'vue-i18n'

/** What a key does. The app may know more keys than the words of this window. */
export function useKeyWords(): (key: string) => string {
  const words = useI18n()
  return (key) => (words.te(`engineKey.${key}`) ? words.t(`engineKey.${key}`) : '')
}
