import type { Container } from '#api'
import { isUp, toPortTexts } from '../container/container-state.ts'
import { toPortHost, toPortLinks } from '../container/port-links.ts'
import { usePortsStore } from '../stores/ports.ts'
import { useWords } from '../text/words.ts'

export interface PortChip {
  text: string
  url: string | undefined
  isTrouble: boolean
  title: string
}

/** The published ports of a container as its row shows them: links while it runs. */
export function usePortChips(): (
  container: Pick<Container, 'id' | 'ports' | 'state'>,
) => PortChip[] {
  const { t } = useWords()
  const toTrouble = usePortTrouble()
  const host = toPortHost(location)
  return ({ id, ports, state }) => {
    if (!isUp(state))
      return toPortTexts(ports).map((text) => ({
        text,
        url: undefined,
        isTrouble: false,
        title: '',
      }))
    const urls = new Map(toPortLinks(ports, host).map(({ text, href }) => [text, href]))
    return toPortTexts(ports).map((text) => {
      const url = urls.get(text)
      const trouble = toTrouble(id, text)
      const title = trouble || (url === undefined ? '' : t('ui.containers.openPort', { url }))
      return { text, url, isTrouble: trouble !== '', title }
    })
  }
}

/** Why a container's published port, as `8080→80/udp`, is not to be reached, in a sentence; empty when it is. */
function usePortTrouble(): (containerId: string, text: string) => string {
  const { wordError } = useWords()
  const store = usePortsStore()
  return (containerId, text) => {
    const troubles = store.troubles.get(containerId)
    if (!troubles) return ''
    const [outside = '', inside = ''] = text.split('→')
    const error = troubles.get(`${outside}/${inside.split('/')[1] ?? 'tcp'}`)
    return error ? wordError(error) : ''
  }
}
