import { useOverlay } from '@nuxt/ui/composables/useOverlay'
import AppConfirm from '../components/AppConfirm.vue'

export interface Question {
  title: string
  /** What will go and what will stay. */
  body: string
  confirm: string
  /** A choice to tick below the text. */
  option?: string
}

export interface Consent {
  option: boolean
}

/** Asks before something goes; resolves to undefined when the user would rather not. */
export function useConfirm(): (question: Question) => Promise<Consent | undefined> {
  const overlay = useOverlay()
  return async (question) => {
    // Made for each question: what is destroyed with its closing cannot be opened again.
    const dialog = overlay.create(AppConfirm, { destroyOnClose: true })
    return (await dialog.open(question).result) as Consent | undefined
  }
}
