import { z } from 'zod'
import type { Edit, JsonText } from '../json-text.ts'

/** More than any computer has: each is named. */
const mostGpus = 256

const wanted = z.looseObject({
  Driver: z.string().nullish(),
  Count: z.int().max(mostGpus).nullish(),
  DeviceIDs: z.array(z.string()).nullish(),
  Capabilities: z.array(z.array(z.string())),
})

/** The kind of device of NVIDIA's own CDI specification. */
export const gpuKind = 'nvidia.com/gpu'

/** Asks by CDI for the GPUs that were asked without a driver: the guest has no hook of NVIDIA's. */
export function gpus(json: JsonText): Edit[] {
  return json.items(json.find(json.root, 'HostConfig', 'DeviceRequests')).flatMap((span) => {
    const { data } = wanted.safeParse(json.value(span))
    if (!data || data.Driver || !data.Capabilities.some((set) => set.includes('gpu'))) return []
    return [json.replace(span, { ...data, Driver: 'cdi', Count: 0, DeviceIDs: toNames(data) })]
  })
}

function toNames({ Count, DeviceIDs }: z.infer<typeof wanted>): string[] {
  if (DeviceIDs?.length) return DeviceIDs.map((id) => `${gpuKind}=${id}`)
  const count = Count ?? -1
  if (count < 0) return [`${gpuKind}=all`]
  return Array.from({ length: count }, (_, index) => `${gpuKind}=${index}`)
}
