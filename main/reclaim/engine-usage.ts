import { z } from 'zod'
import { AppError } from '#api'
import type { EngineClient } from '../engine/client.ts'
import { readDiskUsage } from '../engine/disk-usage.ts'

/** The engine's answer to `docker system df`, as far as it matters here; it has nulls for "none", and -1 for "unknown". */
const answer = z.object({
  Images: list({
    Id: z.string(),
    RepoTags: names(),
    RepoDigests: names(),
    Size: z.number(),
    SharedSize: z.number().default(0),
    Containers: z.number().default(-1),
  }),
  Containers: list({
    Id: z.string(),
    Names: names(),
    ImageID: z.string().default(''),
    State: z.string().default('running'),
    SizeRw: z.number().default(0),
  }),
  Volumes: list({
    Name: z.string(),
    Labels: z.record(z.string(), z.string()).nullish(),
    UsageData: z.object({ Size: z.number(), RefCount: z.number() }).nullish(),
  }),
  BuildCache: list({
    ID: z.string(),
    Size: z.number().default(0),
    InUse: z.boolean(),
    Shared: z.boolean().default(false),
    Type: z.string().default('regular'),
    Description: z.string().default(''),
  }),
})

export type EngineUsage = z.infer<typeof answer>

function list<Shape extends z.ZodRawShape>(shape: Shape) {
  return z
    .array(z.object(shape))
    .nullish()
    .transform((found) => found ?? [])
}

function names() {
  return z
    .array(z.string())
    .nullish()
    .transform((found) => (found ?? []).filter((name) => !name.startsWith('<none>')))
}

/** @throws {AppError} `engine-garbled` for an answer that cannot be understood: nothing is to be removed by it */
export function parseEngineUsage(value: unknown): EngineUsage {
  const { data, error } = answer.safeParse(value)
  if (!data) throw new AppError('engine-garbled', {}, { cause: error })
  return data
}

/** What takes space in the engine's store. */
export function readEngineUsage(client: EngineClient): Promise<EngineUsage> {
  return readDiskUsage(client, {}, parseEngineUsage)
}
