import { moveDisk } from '../../vm/disk/move.ts'
import { diskContext } from './data-disk.ts'

/** `move-to-kill <home> <folder> <step>`: moves the data disk, and dies the hardest way as the step begins. */
const [home = '', folder = '', step] = process.argv.slice(2)

await moveDisk(await diskContext(home), folder, {
  signal: new AbortController().signal,
  onProgress: (progress) => {
    if (progress.step === step) process.kill(process.pid, 'SIGKILL')
  },
})
