import type { ComposeRun } from '#api'
import type { Tone } from '../components/AppStateDot.vue'
import { countRunning, type Project, toProjectState, toProjectTone } from '../compose/project.ts'
import { countDone, toStepRows } from '../compose/run-steps.ts'
import { useComposeStore } from '../stores/compose.ts'
import { useWords } from '../text/words.ts'

export interface ProjectWords {
  tone: Tone
  /** Something is being done with it. */
  isBusy: boolean
  text: string
  /** In full, for what has room. */
  title: string
}

/** How a project is, in a few words: what is being done with it, what went wrong, or how much of it runs. */
export function useProjectWords(): (project: Project) => ProjectWords {
  const { t, wordError } = useWords()
  const store = useComposeStore()

  const toRunWords = (run: ComposeRun): ProjectWords => {
    if (run.phase === 'failed') {
      const title = run.error ? wordError(run.error) : ''
      return { tone: 'error', isBusy: false, text: t(`ui.compose.failed.${run.verb}`), title }
    }
    const rows = toStepRows(run.steps)
    const word = run.phase === 'ending' ? t('ui.compose.ending') : t(`ui.compose.doing.${run.verb}`)
    const count = t('ui.compose.steps', { done: countDone(rows), count: rows.length })
    const text = rows.length === 0 ? word : `${word} ${count}`
    return { tone: 'primary', isBusy: true, text, title: text }
  }
  return (project) => {
    const run = store.runs.get(project.name)
    if (run) return toRunWords(run)
    const state = toProjectState(project)
    const count = { running: countRunning(project), count: project.services.length }
    const tone = toProjectTone(project)
    const isAiling = state === 'running' && tone === 'error'
    const word = t(`ui.compose.state.${isAiling ? 'ailing' : state}`)
    const text =
      state === 'partly'
        ? `${word} ${t('ui.compose.steps', { done: count.running, count: count.count })}`
        : word
    return {
      tone,
      isBusy: false,
      text,
      title: t('ui.compose.services', count),
    }
  }
}
