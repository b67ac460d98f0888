import type { UpOptions } from '#api'
import { toReachProblem, type Project } from '../compose/project.ts'
import { useComposeStore } from '../stores/compose.ts'
import { useDialogsStore } from '../stores/dialogs.ts'
import { useFailures } from './useFailures.ts'

type Target = Pick<Project, 'name' | 'containers' | 'source'>

/** What a user does with a project. How it goes is shown with the project, and how it ends wherever they are by then. */
export function useProjectActions() {
  const store = useComposeStore()
  const dialogs = useDialogsStore()
  const { attempt } = useFailures()

  const ask = ({ name }: Target) => dialogs.show({ kind: 'compose-up', project: name })
  return {
    canUp: ({ source }: Target) => toReachProblem(source) === undefined,
    /** What has nothing yet is looked at first: what it would be, and what it asks for. */
    up(target: Target) {
      if (target.containers.length === 0) ask(target)
      else void attempt(() => store.up(target.name))
    },
    /** With options to choose. */
    askUp: ask,
    upWith: (name: string, options: UpOptions) => attempt(() => store.up(name, options)),
    start: ({ name }: Target) => attempt(() => store.start(name)),
    stop: ({ name }: Target) => attempt(() => store.stop(name)),
    restart: ({ name }: Target) => attempt(() => store.restart(name)),
    cancel: (name: string) => attempt(() => store.cancel(name)),
    dismiss: (name: string) => attempt(() => store.dismiss(name)),
    askDown: ({ name }: Target) => dialogs.show({ kind: 'compose-down', project: name }),
    downWith: (name: string, options: { volumes: boolean }) =>
      attempt(() => store.down(name, options)),
    forget: ({ name }: Target) => attempt(() => store.forget(name)),
  }
}
