import { useRouter } from 'vue-router'
import { useContainerListStore } from '../../stores/container-list.ts'

/** Goes to the containers with nothing but this term to filter them. */
export function useFilteredList() {
  const router = useRouter()
  const list = useContainerListStore()
  return (term: string) => {
    list.text = ''
    list.chips = [term]
    list.scope = 'all'
    return router.push('/containers')
  }
}
