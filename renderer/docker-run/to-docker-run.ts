import type { RunSpec } from '#api'
import { toFlag } from './options.ts'
import { specOptions } from './spec-options.ts'

/**
 * The command that does what the spec says, as words: `docker run -d … image command`. Reading them back with
 * parseDockerRun gives the same spec.
 */
export function toDockerRun(spec: RunSpec): string[] {
  const { image, command = [], entrypoint = [] } = spec
  // What one would type: -dit rather than three flags.
  const together = `-d${spec.interactive ? 'i' : ''}${spec.tty ? 't' : ''}`
  const words = ['docker', 'run', together]
  for (const option of specOptions) {
    if (isTold(option.name, spec)) continue
    for (const value of option.write(spec)) {
      const flag = toFlag(option.name)
      if (option.takes !== 'nothing') words.push(flag, value)
      else words.push(value === 'true' ? flag : `${flag}=${value}`)
    }
  }
  return [...words, image, ...entrypoint.slice(1), ...command]
}

function isTold(name: string, { interactive, tty }: RunSpec): boolean {
  return (name === 'interactive' && interactive === true) || (name === 'tty' && tty === true)
}
