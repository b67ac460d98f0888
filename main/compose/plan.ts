import { z } from 'zod'
import type { ComposePlan, PlannedService, PortMapping } from '#api'
import { parseLine } from './progress.ts'
import {
  findRisks,
  type RiskPlaces,
  type RiskyConfig,
  riskyConfig,
  writtenConfig,
} from './risks.ts'

const port = z.looseObject({
  target: z.number(),
  published: z.union([z.string(), z.number()]).optional(),
  host_ip: z.string().optional(),
  protocol: z.string().optional(),
})
const service = z.looseObject({
  image: z.string().optional(),
  build: z.unknown().optional(),
  scale: z.number().optional(),
  deploy: z.looseObject({ replicas: z.number().optional() }).nullish(),
  ports: z.array(port).nullish(),
})
const config = z.looseObject({
  name: z.string(),
  services: z.record(z.string(), service).nullish(),
})

export interface ConfigText {
  /** Of `docker compose config --format json`. */
  stdout: string
  stderr: string
  /** The same with `--no-interpolate`. */
  written: string
}

/** What `docker compose config` says, as far as it is shown. Variables, which may be secrets, are not. */
export function parsePlan(text: ConfigText, places: RiskPlaces): ComposePlan {
  const { stdout, stderr } = text
  const value: unknown = JSON.parse(stdout)
  const { name, services } = config.parse(value)
  const risky: RiskyConfig = riskyConfig.parse(value)
  const warnings = stderr
    .split('\n')
    .map((line) => parseLine(line.trim()))
    .flatMap((line) => (line.kind === 'warning' ? [line.message] : []))
  return {
    project: name,
    services: Object.entries(services ?? {}).map(([own, parts]) => toService(own, parts)),
    risks: findRisks(risky, writtenConfig.parse(JSON.parse(text.written)), places),
    warnings: [...new Set(warnings)],
  }
}

function toService(name: string, parts: z.infer<typeof service>): PlannedService {
  return {
    name,
    image: parts.image ?? '',
    builds: parts.build !== undefined && parts.build !== null,
    replicas: parts.deploy?.replicas ?? parts.scale ?? 1,
    ports: (parts.ports ?? []).map(toPort),
  }
}

function toPort({ target, published, host_ip, protocol }: z.infer<typeof port>): PortMapping {
  const hostPort = Number(published)
  return {
    containerPort: target,
    protocol: protocol === 'udp' || protocol === 'sctp' ? protocol : 'tcp',
    ...(Number.isInteger(hostPort) && hostPort > 0 && { hostPort }),
    ...(host_ip !== undefined && { hostIp: host_ip }),
  }
}
