import type { RunSpec } from '#api'
import type { EngineRequest } from './client.ts'
import { toLimits } from './run-limits.ts'
import { toMounts } from './run-mounts.ts'
import { toNetworking, toPortBindings } from './run-network.ts'

/** POST /containers/create for a run, in the engine's words. What is undefined is left out on the way. */
export function toCreateRequest(spec: RunSpec): EngineRequest {
  return {
    method: 'POST',
    path: '/containers/create',
    query: { name: spec.name, platform: spec.platform },
    body: toBody(spec),
  }
}

function toBody(spec: RunSpec) {
  const ports = toPortBindings(spec)
  const networking = toNetworking(spec)
  return {
    Image: spec.image,
    // The engine takes an empty list for none given; one empty word is what clears it.
    Entrypoint: spec.entrypoint?.length === 0 ? [''] : spec.entrypoint,
    Cmd: spec.command,
    Env: toPairs(spec.env),
    Hostname: spec.hostname,
    User: spec.user,
    WorkingDir: spec.workdir,
    Labels: spec.labels,
    Tty: spec.tty,
    OpenStdin: spec.interactive,
    StopSignal: spec.stopSignal,
    StopTimeout: spec.stopSeconds,
    Healthcheck: toHealthcheck(spec.health),
    ExposedPorts: ports.exposed,
    HostConfig: {
      ...ports.host,
      ...networking.host,
      ...toMounts(spec),
      ...toLimits(spec),
      ...toSecurity(spec),
      ...toLife(spec),
    },
    NetworkingConfig: networking.config,
  }
}

function toSecurity(spec: RunSpec) {
  return {
    GroupAdd: spec.groupAdd,
    ReadonlyRootfs: spec.readOnly,
    Privileged: spec.privileged,
    CapAdd: spec.capAdd,
    CapDrop: spec.capDrop,
    SecurityOpt: spec.securityOpt,
    IpcMode: spec.ipc,
    PidMode: spec.pid,
    UsernsMode: spec.userns,
    CgroupnsMode: spec.cgroupns,
  }
}

function toLife(spec: RunSpec) {
  const { restart, restartRetries, logDriver, logOptions } = spec
  return {
    AutoRemove: spec.autoRemove,
    Init: spec.init,
    Runtime: spec.runtime,
    RestartPolicy: restart && { Name: restart, MaximumRetryCount: restartRetries },
    LogConfig:
      logDriver === undefined && logOptions === undefined
        ? undefined
        : { Type: logDriver ?? '', Config: logOptions },
  }
}

/** Only what was given: the engine takes the rest from the image's own check. */
function toHealthcheck(health: RunSpec['health']) {
  if (!health) return undefined
  if (health.command === 'none') return { Test: ['NONE'] }
  const nanoseconds = (seconds: number | undefined) =>
    seconds === undefined ? undefined : Math.round(seconds * 1e9)
  return {
    Test: health.command === undefined ? undefined : ['CMD-SHELL', health.command],
    Interval: nanoseconds(health.intervalSeconds),
    Timeout: nanoseconds(health.timeoutSeconds),
    StartPeriod: nanoseconds(health.startSeconds),
    Retries: health.retries,
  }
}

function toPairs(values: Record<string, string> | undefined): string[] | undefined {
  return values && Object.entries(values).map(([key, value]) => `${key}=${value}`)
}
