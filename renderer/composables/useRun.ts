import { useToast } from '@nuxt/ui/composables/useToast'
import { useRouter } from 'vue-router'
import { AppError, type RunSpec } from '#api'
import { type RunDraft, readDraft } from '../docker-run/run-draft.ts'
import { isLocalImage } from '../image/image-reference.ts'
import { useContainersStore } from '../stores/containers.ts'
import { useDialogsStore } from '../stores/dialogs.ts'
import { useImagesStore } from '../stores/images.ts'
import { useRunsStore } from '../stores/runs.ts'
import { useTransfersStore } from '../stores/transfers.ts'
import { useWords } from '../text/words.ts'
import { useFailures } from './useFailures.ts'

/** Runs what the form says, and tells where to look at it. */
export function useRun() {
  const containers = useContainersStore()
  const images = useImagesStore()
  const transfers = useTransfersStore()
  const runs = useRunsStore()
  const dialogs = useDialogsStore()
  const { show } = useFailures()
  const tell = useRunToast()

  // Before the list has come the engine is asked: it says so itself when it lacks the image.
  const isThere = (image: string) => !images.images || isLocalImage(image, images.images)
  const run = async (spec: RunSpec) => {
    const made = await containers.run(spec)
    runs.keep(undefined)
    tell(made, spec)
  }
  /** Pulls first. The form is closed by then, and opens again with what the engine had to say. */
  const pullAndRun = async (draft: RunDraft) => {
    const { spec } = readDraft(draft)
    runs.keep({ draft })
    try {
      const { ended } = await transfers.pull(spec.image, {
        ...(spec.platform !== undefined && { platform: spec.platform }),
        forRun: true,
      })
      if ((await ended) !== 'done') return
      await run(spec)
    } catch (error) {
      if (!(error instanceof AppError) || dialogs.open) show(error)
      else {
        runs.keep({ draft, refusal: error.toShape() })
        dialogs.show({ kind: 'run' })
      }
    }
  }
  return { isThere, run, pullAndRun }
}

/** Says that it runs, with the ways on: its log, a terminal, its first port in the browser. */
function useRunToast() {
  const toast = useToast()
  const router = useRouter()
  const { t } = useWords()
  const look = { color: 'neutral', variant: 'outline', size: 'xs' } as const

  return ({ id, name }: { id: string; name: string }, { ports = [] }: RunSpec) => {
    const go = (tab: string) => ({
      ...look,
      label: t(tab === 'logs' ? 'ui.run.toLogs' : 'ui.run.toTerminal'),
      icon: tab === 'logs' ? 'i-lucide-scroll-text' : 'i-lucide-square-terminal',
      onClick: () => void router.push(`/containers/${id}/${tab}`),
    })
    const port = ports.find((entry) => entry.hostPort && entry.protocol === 'tcp')?.hostPort
    const open = {
      ...look,
      label: `:${port ?? ''}`,
      icon: 'i-lucide-external-link',
      onClick: () => void window.open(`http://localhost:${port ?? ''}`, '_blank', 'noopener'),
    }
    toast.add({
      title: t('ui.run.started', { name }),
      color: 'success',
      icon: 'i-lucide-circle-check',
      duration: 8000,
      actions: [go('logs'), go('terminal'), ...(port === undefined ? [] : [open])],
    })
  }
}
