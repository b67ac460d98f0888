import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** An installed app as its own commands find it. */
export interface InstalledApp {
  /** Where it keeps what is not in its archive: the guest, the commands. */
  resources: string
  /** Its executable. */
  program: string
}

/** The app that these commands were installed with; undefined in a checkout, which has no Node beside them. */
export function findInstalledApp(
  folder = import.meta.dirname,
  platform: NodeJS.Platform = process.platform,
): InstalledApp | undefined {
  if (!existsSync(join(folder, platform === 'win32' ? 'node.exe' : 'node'))) return undefined
  const resources = dirname(folder)
  const around = dirname(resources)
  if (platform === 'darwin') return { resources, program: join(around, 'MacOS', 'Berth') }
  return { resources, program: join(around, platform === 'win32' ? 'Berth.exe' : 'berth-desktop') }
}
