import { type Ref, nextTick, onMounted, shallowRef, watch } from 'vue'
import { useRoute } from 'vue-router'
import { type SettingsSection, settingsSections } from '../../shell/settings-sections.ts'

/** Goes to the section that the address names, and tells which one is read. */
export function useSections(root: Readonly<Ref<HTMLElement | null>>) {
  const route = useRoute()
  const current = shallowRef<SettingsSection>('look')

  const goTo = async (hash: string) => {
    const section = settingsSections.find(({ key }) => `#${key}` === hash)
    if (!section) return
    await nextTick()
    const heading = root.value?.querySelector<HTMLElement>(`#${section.key}`)
    heading?.scrollIntoView({ block: 'start' })
    current.value = section.key
  }
  /** The last section whose head has come near the top. */
  const follow = () => {
    const view = root.value
    if (!view) return
    // The last ones are too short for their heads to come that far up.
    const isAtEnd = view.scrollTop > 0 && view.scrollTop + view.clientHeight > view.scrollHeight - 4
    if (isAtEnd) {
      current.value = settingsSections.at(-1)?.key ?? 'look'
      return
    }
    const line = view.getBoundingClientRect().top + 96
    const passed = settingsSections.filter(({ key }) => {
      const top = view.querySelector(`#${key}`)?.getBoundingClientRect().top
      return top !== undefined && top <= line
    })
    current.value = passed.at(-1)?.key ?? 'look'
  }
  onMounted(() => goTo(route.hash))
  watch(() => route.hash, goTo)
  return { current, follow, goTo }
}
