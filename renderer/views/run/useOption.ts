import { type WritableComputedRef, computed } from 'vue'
import type { RunDraft } from '../../docker-run/run-draft.ts'

/** One option's only value, as a field's text. */
export function useOption(draft: RunDraft, name: string): WritableComputedRef<string> {
  return computed({
    get: () => draft.options[name]?.[0] ?? '',
    set: (value) => {
      draft.options = withOption(draft.options, name, value === '' ? [] : [value])
    },
  })
}

/** The options with one more, or with one less where it has no values. */
export function withOption(
  options: RunDraft['options'],
  name: string,
  values: string[],
): RunDraft['options'] {
  const others = Object.entries(options).filter(([other]) => other !== name)
  return Object.fromEntries(values.length === 0 ? others : [...others, [name, values]])
}

/** An option without a value, as a box to tick. */
export function useFlag(draft: RunDraft, name: string): WritableComputedRef<boolean> {
  const text = useOption(draft, name)
  return computed({
    get: () => text.value === 'true',
    set: (on) => (text.value = on ? 'true' : ''),
  })
}
