import { useToast } from '@nuxt/ui/composables/useToast'
import { useRoute } from 'vue-router'
import type { UpOptions } from '#api'
import { toReachProblem, type Project } from '../compose/project.ts'
import { type ComposeVerb, useComposeStore } from '../stores/compose.ts'
import { useDialogsStore } from '../stores/dialogs.ts'
import { useWords } from '../text/words.ts'
import { useFailures } from './useFailures.ts'

type Target = Pick<Project, 'name' | 'containers' | 'source'>

/** What a user does with a project. How it goes is shown with the project, and a failure wherever they are by then. */
export function useProjectActions() {
  const store = useComposeStore()
  const dialogs = useDialogsStore()
  const route = useRoute()
  const toast = useToast()
  const { t } = useWords()
  const { show, attempt } = useFailures()

  const follow = async (name: string, verb: ComposeVerb, work: Promise<boolean>) => {
    const isWhole = await work
    const error = store.runs.get(name)?.error
    const isShown = route.path.startsWith('/compose/') && route.params['name'] === name
    if (error && !isShown) show(error)
    // The list says it by itself.
    if (!isWhole || isShown || route.path === '/compose') return
    const title = t(`ui.compose.done.${verb}`, { name })
    toast.add({ title, icon: 'i-lucide-boxes', duration: 6000 })
  }
  const ask = ({ name }: Target) => dialogs.show({ kind: 'compose-up', project: name })
  return {
    canUp: ({ source }: Target) => toReachProblem(source) === undefined,
    /** What has nothing yet is looked at first: what it would be, and what it asks for. */
    up(target: Target) {
      if (target.containers.length === 0) ask(target)
      else void follow(target.name, 'up', store.up(target.name))
    },
    /** With options to choose. */
    askUp: ask,
    upWith: (name: string, options: UpOptions) => follow(name, 'up', store.up(name, options)),
    start: ({ name }: Target) => follow(name, 'start', store.start(name)),
    stop: ({ name }: Target) => follow(name, 'stop', store.stop(name)),
    restart: ({ name }: Target) => follow(name, 'restart', store.restart(name)),
    askDown: ({ name }: Target) => dialogs.show({ kind: 'compose-down', project: name }),
    downWith: (name: string, options: { volumes: boolean }) =>
      follow(name, 'down', store.down(name, options)),
    forget: ({ name }: Target) => attempt(() => store.forget(name)),
  }
}
