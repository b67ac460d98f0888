import type { RunNote, RunProblem } from '../../docker-run/parse-docker-run.ts'
import { useWords } from '../../text/words.ts'

/** What is said about a pasted command. */
export function useRunNotes() {
  const { t } = useWords()

  const wordNote = (note: RunNote): string => {
    switch (note.code) {
      case 'notTaken':
        return t('ui.run.note.notTaken', {
          option: note.option,
          reason: t(`ui.run.reason.${note.reason}`),
        })
      case 'dropped':
        return t('ui.run.note.dropped', { option: note.option, part: note.part })
      case 'fillIn':
        return t('ui.run.note.fillIn', { option: note.option, part: note.part })
      case 'restIgnored':
        return t('ui.run.note.restIgnored', { part: note.part })
    }
  }
  const wordProblem = ({ code, word, option = '', problem }: RunProblem): string => {
    const params = { word, option }
    if (code !== 'value' || problem === undefined)
      return t(`ui.run.pasted.${code === 'value' ? 'valueMissing' : code}`, params)
    return t('ui.run.pastedValue', { ...params, problem: t(`ui.run.value.${problem}`) })
  }
  return { wordNote, wordProblem }
}
