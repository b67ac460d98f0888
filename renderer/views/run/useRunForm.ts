import { computed, reactive, shallowRef, watch } from 'vue'
import { AppError } from '#api'
import { useFailures } from '../../composables/useFailures.ts'
import { useRun } from '../../composables/useRun.ts'
import { type RunNote, type RunProblem, parseDockerRun } from '../../docker-run/parse-docker-run.ts'
import { valueProblems } from '../../docker-run/problems.ts'
import { quoteWords } from '../../docker-run/quote-words.ts'
import { type RunDraft, createDraft, readDraft, toDraft } from '../../docker-run/run-draft.ts'
import { toRefusedField } from '../../docker-run/run-refusal.ts'
import { toRunParts } from '../../docker-run/to-docker-run.ts'
import { useDialogsStore } from '../../stores/dialogs.ts'
import { useRunsStore } from '../../stores/runs.ts'
import { useWords } from '../../text/words.ts'

/** What came of a pasted command. */
export interface Pasted {
  notes: RunNote[]
  problems: RunProblem[]
}

const valueProblemSet: ReadonlySet<string> = new Set(valueProblems)
const empty = JSON.stringify(createDraft())

/** The run form: what is typed, what that means, and what is wrong with it once its field was left. */
export function useRunForm(opened: { image: string; text: string }) {
  const runs = useRunsStore()
  const dialogs = useDialogsStore()
  const { draft, kept, isKept, replace } = useDraft(opened)
  const pasted = shallowRef<Pasted>()
  const read = computed(() => readDraft(draft))
  const errors = useErrors(draft, () => read.value)
  const sending = useSubmit(draft, () => read.value, errors)

  const startOver = () => {
    replace(createDraft())
    pasted.value = undefined
    errors.forget()
  }
  const paste = (line: string) => {
    const { spec, notes, problems } = parseDockerRun(line)
    pasted.value = { notes, problems }
    if (problems.some(({ code }) => code === 'notDockerRun')) return
    replace(toDraft(spec))
    errors.forget()
  }
  const leave = () => {
    const now = JSON.stringify(draft)
    const untouched = now === empty || now === JSON.stringify(createDraft(opened.image))
    runs.keep(untouched ? undefined : { draft: copy(draft) })
    dialogs.close()
  }

  if (kept?.refusal) errors.refuse(AppError.fromShape(kept.refusal))
  if (opened.text !== '') paste(opened.text)
  return {
    ...{ draft, errors, pasted, isKept, paste, startOver, leave, ...sending },
    ...{ general: errors.general, unshared: errors.unshared },
    dismissPasted: () => (pasted.value = undefined),
    parts: computed(() => toRunParts(read.value.spec).map(quoteWords)),
  }
}

/** What was typed last, unless something else is asked for. */
function useDraft({ image, text }: { image: string; text: string }) {
  const runs = useRunsStore()
  const isAgain = image === '' || image === runs.kept?.draft.image
  const kept = text === '' && isAgain ? runs.kept : undefined
  const draft = reactive<RunDraft>(kept ? copy(kept.draft) : createDraft(image))
  const isKept = shallowRef(kept !== undefined && kept.refusal === undefined)
  const replace = (next: RunDraft) => {
    Object.assign(draft, next)
    isKept.value = false
  }
  return { draft, kept, isKept, replace }
}

function useSubmit(
  draft: RunDraft,
  read: () => ReturnType<typeof readDraft>,
  errors: ReturnType<typeof useErrors>,
) {
  const dialogs = useDialogsStore()
  const runner = useRun()
  const { show } = useFailures()
  const busy = shallowRef(false)

  const submit = async () => {
    errors.showAll()
    if (busy.value || Object.keys(read().problems).length > 0) return
    const { spec } = read()
    if (!runner.isThere(spec.image)) {
      dialogs.close()
      await runner.pullAndRun(copy(draft))
      return
    }
    busy.value = true
    try {
      await runner.run(spec)
      dialogs.close()
    } catch (error) {
      if (error instanceof AppError) errors.refuse(error)
      else show(error)
    } finally {
      busy.value = false
    }
  }
  const isThere = computed(() => draft.image.trim() === '' || runner.isThere(draft.image))
  return { busy, submit, isThere }
}

/** A draft is text all through: this is the shortest way out of Vue's proxies. */
function copy(draft: RunDraft): RunDraft {
  return JSON.parse(JSON.stringify(draft)) as RunDraft
}

export interface FormErrors {
  /** The sentence to show at a field; undefined when there is none, or the field was not left yet. */
  at: (field: string) => string | undefined
  touch: (field: string) => void
}

function useErrors(draft: RunDraft, read: () => ReturnType<typeof readDraft>) {
  const { t, wordError } = useWords()
  const touched = reactive(new Set<string>())
  const all = shallowRef(false)
  const refused = shallowRef<{ field: string | undefined; sentence: string; unshared?: string }>()
  // What the engine refused may be mended by any field: it is asked again.
  watch(draft, () => (refused.value = undefined))

  const word = (field: string) => {
    const problem = read().problems[field]
    if (problem === undefined) return undefined
    return isValueProblem(problem) ? t(`ui.run.value.${problem}`) : t(`ui.run.problem.${problem}`)
  }
  const at = (field: string) => {
    if (refused.value?.field === field) return refused.value.sentence
    return all.value || touched.has(field) ? word(field) : undefined
  }
  return {
    at,
    general: computed(() => {
      const { field, sentence } = refused.value ?? {}
      return field === undefined ? sentence : undefined
    }),
    /** The host's path that the run was refused for. */
    unshared: computed(() => refused.value?.unshared),
    touch: (field: string) => touched.add(field),
    showAll: () => (all.value = true),
    forget() {
      all.value = false
      touched.clear()
    },
    refuse(error: AppError) {
      const field = toRefusedField(error, read().spec)
      const isUnshared = error.code === 'folder-not-shared'
      refused.value = {
        ...{ field, sentence: wordError(error) },
        ...(isUnshared && { unshared: String(error.params['path']) }),
      }
    },
  }
}

type AnyProblem = ReturnType<typeof readDraft>['problems'][string]

function isValueProblem(problem: AnyProblem): problem is (typeof valueProblems)[number] {
  return valueProblemSet.has(problem)
}
