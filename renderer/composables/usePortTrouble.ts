import { usePortsStore } from '../stores/ports.ts'
import { useWords } from '../text/words.ts'

/** Why a container's published port, as `8080→80/udp`, is not to be reached, in a sentence; empty when it is. */
export function usePortTrouble(): (containerId: string, text: string) => string {
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
