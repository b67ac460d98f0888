import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

export type Dialog = { kind: 'run'; image?: string } | { kind: 'pull'; image?: string }

/** The one dialog that stands over the page. Any view may ask for it; App.vue shows it. */
export const useDialogsStore = defineStore('dialogs', () => {
  const open = shallowRef<Dialog>()
  const close = () => {
    open.value = undefined
  }
  const show = (dialog: Dialog) => {
    open.value = dialog
  }
  return { open, show, close }
})
