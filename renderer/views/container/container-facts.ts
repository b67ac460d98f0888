import type { ContainerDetails } from '#api'
import { quoteWords } from '../../docker-run/quote-words.ts'
import { formatMemory, formatMoment } from '../../text/formats.ts'
import type { useWords } from '../../text/words.ts'

type FactName =
  | 'id'
  | 'image'
  | 'command'
  | 'created'
  | 'started'
  | 'finished'
  | 'restart'
  | 'restartCount'
  | 'limits'
  | 'user'
  | 'workingDir'
  | 'hostname'

/** One thing to know of a container, named by a key of `ui.container.overview`. */
export interface Fact {
  name: FactName
  text: string
  /** A name or path, to be copied. */
  mono?: true
  /** A page of the window about it. */
  to?: string
}

interface Wording {
  t: ReturnType<typeof useWords>['t']
  locale: string
}

/** What there is to know at a glance, in the order of asking; what is not set is left out. */
export function toFacts(details: ContainerDetails, wording: Wording): Fact[] {
  const { entrypoint, command, startedAt, finishedAt, restartCount } = details
  const moment = (ms?: number) => (ms === undefined ? '' : formatMoment(ms, wording.locale))
  const facts: Fact[] = [
    { name: 'id', text: details.id.slice(0, 12), mono: true },
    { name: 'image', text: details.image, mono: true, to: `/images/${details.imageId}` },
    { name: 'command', text: quoteWords([...entrypoint, ...command]), mono: true },
    { name: 'created', text: moment(details.createdAt) },
    { name: 'started', text: moment(startedAt) },
    { name: 'finished', text: moment(finishedAt) },
    { name: 'restart', text: details.restart === '' ? 'no' : details.restart },
    {
      name: 'restartCount',
      text: restartCount === 0 ? '' : restartCount.toLocaleString(wording.locale),
    },
    { name: 'limits', text: toLimits(details.limits, wording) },
    { name: 'user', text: details.user, mono: true },
    { name: 'workingDir', text: details.workingDir, mono: true },
    { name: 'hostname', text: details.hostname, mono: true },
  ]
  return facts.filter(({ text }) => text !== '')
}

function toLimits({ cpus, memoryBytes, pids }: ContainerDetails['limits'], wording: Wording) {
  const { t, locale } = wording
  const parts = [
    ...(cpus === undefined
      ? []
      : [t('ui.container.overview.cpus', { count: cpus.toLocaleString(locale) })]),
    ...(memoryBytes === undefined ? [] : [formatMemory(memoryBytes, locale)]),
    ...(pids === undefined
      ? []
      : [t('ui.container.overview.pids', { count: pids.toLocaleString(locale) })]),
  ]
  return parts.length === 0 ? t('ui.container.overview.unlimited') : parts.join(' · ')
}
