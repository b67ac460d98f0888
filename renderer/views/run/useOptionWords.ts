import { useI18n } from 'vue-i18n'

/** What an option of `docker run` does, in a few words. A test holds that each has some. */
export function useOptionWords(): (name: string) => string {
  const { t } = useI18n()
  return (name) => t(`ui.run.option.${name}`)
}
