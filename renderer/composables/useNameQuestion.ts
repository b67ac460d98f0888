import { useOverlay } from '@nuxt/ui/composables/useOverlay'
import { defineAsyncComponent } from 'vue'
import { toErrorShape } from '../api/error-shape.ts'
import { useWords } from '../text/words.ts'

export interface NameQuestion {
  title: string
  description?: string
  label: string
  help?: string
  placeholder?: string
  submit: string
  /** The name there is; given again, nothing is saved. */
  name?: string
  /** What is wrong with a name; empty when nothing is. */
  check: (name: string) => string
  save: (name: string) => Promise<void>
}

const AppAskName = defineAsyncComponent(() => import('../components/AppAskName.vue'))

/** Asks for a name until it is saved or its user would rather not; what refuses it is told at the field. */
export function useNameQuestion(): (question: NameQuestion) => Promise<void> {
  const overlay = useOverlay()
  const { wordError } = useWords()

  return async (question) => {
    const save = async (name: string) => {
      try {
        await question.save(name)
        return ''
      } catch (error) {
        return wordError(toErrorShape(error))
      }
    }
    // Made for each question: what is destroyed with its closing cannot be opened again.
    await overlay.create(AppAskName, { destroyOnClose: true }).open({ ...question, save }).result
  }
}
