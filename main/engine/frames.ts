/** A piece of a container's output. */
export interface Frame {
  source: 'stdout' | 'stderr'
  bytes: Buffer
}

const headerBytes = 8

/**
 * Takes apart the engine's multiplexed output: [source, 0, 0, 0, length as 32 bits big-endian] and the payload, cut
 * anywhere by the transport. A payload is given on as it comes, so that a long one is not held.
 * See "Stream format" at https://docs.docker.com/reference/api/engine/.
 */
export function createFrameReader(): (bytes: Buffer) => Frame[] {
  let header = Buffer.alloc(0)
  let source: Frame['source'] = 'stdout'
  let left = 0
  return (bytes) => {
    const frames: Frame[] = []
    let rest = bytes
    while (rest.length > 0) {
      if (left === 0) {
        const wanted = headerBytes - header.length
        header = Buffer.concat([header, rest.subarray(0, wanted)])
        rest = rest.subarray(wanted)
        if (header.length < headerBytes) break
        source = header[0] === 2 ? 'stderr' : 'stdout'
        left = header.readUInt32BE(4)
        header = Buffer.alloc(0)
        continue
      }
      const payload = rest.subarray(0, left)
      frames.push({ source, bytes: payload })
      left -= payload.length
      rest = rest.subarray(payload.length)
    }
    return frames
  }
}
