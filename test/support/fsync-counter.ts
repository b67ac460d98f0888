import { createInterface } from 'node:readline'
import type { Machine } from '../../vm/index.ts'

/** Where the numbers are on the data disk. */
export const countedFile = '/docker/volumes/counter/_data/n'

/**
 * A container that writes one number after the other, each on a line of its own, and tells of each once it is synced.
 * Counts until the machine or its link ends. The image `busybox` must be there.
 */
export async function startCounter(
  machine: Machine,
  onSynced: (number: number) => void,
): Promise<void> {
  const script = `i=0; while :; do i=$((i + 1))
    echo $i | dd of=/counted/n oflag=append conv=notrunc,fsync 2>/dev/null && echo $i; done`
  const volume = ['-v', 'counter:/counted']
  const command = ['docker', 'run', '--rm', ...volume, 'busybox', 'sh', '-c', script]
  const counting = await machine.pipe(command)
  counting.on('error', () => undefined)
  createInterface({ input: counting }).on('line', (line) => {
    onSynced(Number(line))
  })
}

/** Whether the text has each number up to `last`; there may be more, which nobody was told of. */
export function hasCounted(text: string, last: number): boolean {
  const lines = text.split('\n')
  return Array.from({ length: last }, (_, index) => lines[index] === String(index + 1)).every(
    Boolean,
  )
}
