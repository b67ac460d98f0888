import { z } from 'zod'
import { runText } from './run-spec-text.ts'

const bytes = z.number().int().nonnegative()

/** What a run may say of devices and of what it may use. */
export const resourceFields = {
  /** `/dev/x[:/dev/y[:rwm]]`, or the name of a device of CDI: `vendor.dev/class=name`. */
  devices: z.array(
    runText.regex(/^(\/[^:]+(:\/[^:]+)?(:[rwm]{1,3})?|[a-zA-Z0-9.-]+\/[\w.-]+=[\w.:-]+)$/),
  ),
  gpus: runText.regex(/^(all|[1-9]\d?)$/),
  cpus: z.number().positive().max(4096),
  cpusetCpus: runText.regex(/^\d+(-\d+)?(,\d+(-\d+)?)*$/),
  cpuShares: z.number().int().nonnegative(),
  memoryBytes: bytes,
  memorySwapBytes: z.union([z.literal(-1), bytes]),
  memoryReservationBytes: bytes,
  pidsLimit: z.number().int().min(-1),
  shmBytes: bytes,
  ulimits: z.array(
    z.strictObject({
      name: runText.regex(/^[a-z]+$/),
      soft: z.number().int().min(-1),
      hard: z.number().int().min(-1),
    }),
  ),
  sysctls: z.record(runText.regex(/^[\w.\-/]+$/), runText),
}
