import type { MountSpec, RunSpec } from '#api'

/** The mounts of a run. A bind's folder is made when it is missing, as `-v` does. */
export function toMounts({ mounts, volumesFrom }: RunSpec) {
  return { Mounts: mounts?.map(toMount), VolumesFrom: volumesFrom }
}

function toMount({ kind, source, target, readOnly }: MountSpec) {
  return {
    Type: kind,
    Source: source,
    Target: target,
    ReadOnly: readOnly,
    BindOptions: kind === 'bind' ? { CreateMountpoint: true } : undefined,
  }
}
