import type Docker from 'dockerode'
import { z } from 'zod'
import { AppError, type RunSpec } from '#api'

const port = z.number().int().min(1).max(65535)

const runSpec = z.strictObject({
  image: z.string().min(1),
  /** The engine's own rule for names (moby, daemon/names). */
  name: z
    .string()
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/)
    .optional(),
  command: z.array(z.string()).optional(),
  env: z.record(z.string().regex(/^[^=\0]+$/), z.string()).optional(),
  ports: z
    .array(
      z.strictObject({
        containerPort: port,
        protocol: z.enum(['tcp', 'udp']),
        hostPort: z.union([z.literal(0), port]).optional(),
        hostIp: z.union([z.ipv4(), z.ipv6()]).optional(),
      }),
    )
    .optional(),
  restart: z.enum(['no', 'always', 'unless-stopped', 'on-failure']).optional(),
})

/** @throws {AppError} `input-invalid` with the path of the first wrong field, such as `ports.0.hostPort` */
export function parseRunSpec(value: unknown): RunSpec {
  const parsed = runSpec.safeParse(value)
  if (parsed.success) return parsed.data
  throw new AppError('input-invalid', { what: parsed.error.issues[0]?.path.join('.') ?? '' })
}

/** The body of POST /containers/create, in the engine's words. */
export function toCreateOptions(spec: RunSpec): Docker.ContainerCreateOptions {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {}
  for (const { containerPort, protocol, hostPort, hostIp } of spec.ports ?? []) {
    const key = `${containerPort}/${protocol}`
    const binding = { HostIp: hostIp ?? '', HostPort: hostPort ? String(hostPort) : '' }
    bindings[key] = [...(bindings[key] ?? []), binding]
  }
  return {
    Image: spec.image,
    ...(spec.name !== undefined && { name: spec.name }),
    ...(spec.command !== undefined && { Cmd: spec.command }),
    Env: Object.entries(spec.env ?? {}).map(([key, value]) => `${key}=${value}`),
    ExposedPorts: Object.fromEntries(Object.keys(bindings).map((key) => [key, {}])),
    HostConfig: {
      PortBindings: bindings,
      RestartPolicy: { Name: spec.restart ?? 'no' },
    },
  }
}
