import { cp, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

/** Lays the built commands out as electron-builder.yml does it in an installed app's resources. */
export async function installCommands(resources: string): Promise<void> {
  const folder = join(resources, 'cli')
  await mkdir(resources, { recursive: true })
  await cp(join(root, 'dist/cli'), folder, { recursive: true })
  for (const launcher of ['berth', 'docker-credential-berth'])
    await cp(join(root, 'main/cli/packed/bin', launcher), join(folder, 'bin', launcher))
  await symlink(process.execPath, join(folder, 'node'))
}
