import { pickFile } from '../browser/file-picker.ts'
import { useTransfersStore } from '../stores/transfers.ts'

/** Lets the user pick a `docker save` archive and loads it; the progress shows among the transfers. */
export function useImageLoad(): () => Promise<void> {
  const transfers = useTransfersStore()
  return async () => {
    const file = await pickFile('.tar,.tar.gz,.tgz,.tar.zst,.tar.xz')
    if (file) transfers.load(file)
  }
}
