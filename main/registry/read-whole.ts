import type { Exchange } from './exchange.ts'
import { RegistryFailure } from './failure.ts'

/**
 * The whole body of an answer.
 * @throws {RegistryFailure} `garbled` for more than `longestBytes`
 */
export async function readWhole(answer: Exchange, longestBytes: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of answer.body) {
    parts.push(part)
    length += part.length
    if (length > longestBytes)
      throw new RegistryFailure('garbled', `more than ${longestBytes} bytes`)
  }
  return Buffer.concat(parts)
}
