import { z } from 'zod'

/** Text that can be an argument of a program: anything but a NUL. */
export const runText = z.string().regex(/^[^\0]*$/)
