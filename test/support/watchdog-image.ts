import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { unpackDebian } from './debian-packages.ts'

/** Writes a line for each event of the observer that Python's auto-reloaders go by. */
const program = `
import sys
from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer

class Telling(FileSystemEventHandler):
    def on_any_event(self, event):
        print(event.event_type, event.src_path, flush=True)

observer = Observer()
observer.schedule(Telling(), sys.argv[1], recursive=True)
observer.start()
print('watching', flush=True)
observer.join()
`

/** Makes a folder to build an image from: Debian's Python with watchdog. `/watch.py <folder>` watches a folder. */
export async function makeWatchdogContext(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const root = join(folder, 'root')
  await unpackDebian(root, 'forky', ['python3-watchdog'])
  for (const name of ['bin', 'lib', 'lib64']) await symlink(join('usr', name), join(root, name))
  await writeFile(join(root, 'watch.py'), program)
  const start = '["/usr/bin/python3", "/watch.py", "/p"]'
  await writeFile(join(folder, 'Dockerfile'), `FROM scratch\nCOPY root /\nENTRYPOINT ${start}\n`)
}
