import type { RunSpec } from '#api'

/** What a run may use: cores, memory, devices. */
export function toLimits(spec: RunSpec) {
  const devices = spec.devices ?? []
  return {
    NanoCpus: spec.cpus === undefined ? undefined : Math.round(spec.cpus * 1e9),
    CpusetCpus: spec.cpusetCpus,
    CpuShares: spec.cpuShares,
    Memory: spec.memoryBytes,
    MemorySwap: spec.memorySwapBytes,
    MemoryReservation: spec.memoryReservationBytes,
    PidsLimit: spec.pidsLimit,
    ShmSize: spec.shmBytes,
    Ulimits: spec.ulimits?.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    Sysctls: spec.sysctls,
    Devices: spec.devices && devices.filter((device) => !isCdi(device)).map(toDevice),
    DeviceRequests: toRequests(spec.gpus, devices.filter(isCdi)),
  }
}

/** A device by the name that its vendor's file gives it, such as `berth.dev/gpu=all`. */
function isCdi(device: string): boolean {
  return !device.startsWith('/')
}

function toDevice(device: string) {
  const [host = '', second, third] = device.split(':')
  // `/dev/x:r` names rights, and `/dev/x:/dev/y` a path.
  const isRights = third === undefined && second !== undefined && /^[rwm]{1,3}$/.test(second)
  return {
    PathOnHost: host,
    PathInContainer: isRights ? host : (second ?? host),
    CgroupPermissions: (isRights ? second : third) ?? 'rwm',
  }
}

function toRequests(gpus: string | undefined, names: string[]) {
  const requests = [
    ...(gpus === undefined
      ? []
      : [{ Count: gpus === 'all' ? -1 : Number(gpus), Capabilities: [['gpu']] }]),
    ...(names.length === 0 ? [] : [{ Driver: 'cdi', DeviceIDs: names }]),
  ]
  return requests.length === 0 ? undefined : requests
}
