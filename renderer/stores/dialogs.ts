import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

/** `text` of a run is a `docker run` line to fill the form from. */
export type Dialog =
  | { kind: 'run'; image?: string; text?: string }
  | { kind: 'pull'; image?: string }
  /** `image` is its id. */
  | { kind: 'push'; image: string }
  | { kind: 'prune' }
  | { kind: 'log-in'; registry?: string }
  | { kind: 'compose-open' }
  | { kind: 'compose-up'; project: string }
  | { kind: 'compose-down'; project: string }
  | { kind: 'shortcuts' }

/** The one dialog that stands over the page. Any view may ask for it; AppDialogs.vue shows it. */
export const useDialogsStore = defineStore('dialogs', () => {
  const open = shallowRef<Dialog>()
  /** The palette may stand over another dialog, and leaves it as it is. */
  const palette = shallowRef(false)
  const close = () => {
    open.value = undefined
  }
  const show = (dialog: Dialog) => {
    open.value = dialog
  }
  return { open, palette, show, close }
})
