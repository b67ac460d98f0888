import { join } from 'node:path'
import { builtImageFolder } from '#vm'

/**
 * Where the guest's image is: `BERTH_IMAGE`, else what the installed app brings along, else the one built from this
 * checkout's recipe. Whether it is there and whole is checked when the machine starts.
 */
export async function findImageFolder(
  env: Readonly<Record<string, string | undefined>>,
  resources: string | undefined,
): Promise<string> {
  const named = env['BERTH_IMAGE']
  if (named) return named
  return resources === undefined
    ? builtImageFolder(process.arch === 'arm64' ? 'arm64' : 'amd64')
    : join(resources, 'guest')
}
