import type { RunSpec } from '#api'
import { toFlag } from './options.ts'
import { specOptions } from './spec-options.ts'

/** The words of `toDockerRun`, each option together with its value. An image that is not known yet is left out. */
export function toRunParts(spec: RunSpec): string[][] {
  const { image, command = [], entrypoint = [] } = spec
  // What one would type: -dit rather than three flags.
  const together = `-d${spec.interactive ? 'i' : ''}${spec.tty ? 't' : ''}`
  const parts = [['docker'], ['run'], [together]]
  for (const option of specOptions) {
    if (isTold(option.name, spec)) continue
    const flag = toFlag(option.name)
    for (const value of option.write(spec)) {
      if (option.takes !== 'nothing') parts.push([flag, value])
      else parts.push([value === 'true' ? flag : `${flag}=${value}`])
    }
  }
  const last = [...entrypoint.slice(1), ...command].map((word) => [word])
  return [...parts, ...(image === '' ? [] : [[image]]), ...last]
}

/**
 * The command that does what the spec says, as words: `docker run -d … image command`. Reading them back with
 * parseDockerRun gives the same spec.
 */
export function toDockerRun(spec: RunSpec): string[] {
  return toRunParts(spec).flat()
}

function isTold(name: string, { interactive, tty }: RunSpec): boolean {
  return (name === 'interactive' && interactive === true) || (name === 'tty' && tty === true)
}
