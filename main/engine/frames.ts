/** A piece of a container's output. */
export interface Frame {
  source: 'stdout' | 'stderr'
  bytes: Buffer
}

const headerBytes = 8

/**
 * Takes apart the engine's multiplexed output: [source, 0, 0, 0, length as 32 bits big-endian] and the payload, cut
 * anywhere by the transport. A payload is given on as it comes, so that a long one is not held; short ones of one
 * source that come together are one piece, since an engine sends each line by itself.
 * See "Stream format" at https://docs.docker.com/reference/api/engine/.
 */
export function createFrameReader(): (bytes: Buffer) => Frame[] {
  let header: Buffer = Buffer.alloc(0)
  let source: Frame['source'] = 'stdout'
  let left = 0
  return (bytes) => {
    const runs = createRuns()
    let at = 0
    while (at < bytes.length) {
      if (left > 0) {
        const end = Math.min(bytes.length, at + left)
        runs.add(source, bytes.subarray(at, end))
        left -= end - at
        at = end
        continue
      }
      const wanted = headerBytes - header.length
      const isWhole = header.length === 0 && at + headerBytes <= bytes.length
      const piece = bytes.subarray(at, at + wanted)
      const found = isWhole ? piece : Buffer.concat([header, piece])
      at += piece.length
      header = found.length < headerBytes ? found : Buffer.alloc(0)
      if (found.length < headerBytes) break
      source = found[0] === 2 ? 'stderr' : 'stdout'
      left = found.readUInt32BE(4)
    }
    return runs.frames()
  }
}

/** Gathers pieces, and makes those one that follow each other from the same source. */
function createRuns() {
  const runs: { source: Frame['source']; pieces: Buffer[] }[] = []
  return {
    add(source: Frame['source'], piece: Buffer) {
      const last = runs.at(-1)
      if (last?.source === source) last.pieces.push(piece)
      else runs.push({ source, pieces: [piece] })
    },
    frames: (): Frame[] =>
      runs.map(({ source, pieces }) => ({ source, bytes: Buffer.concat(pieces) })),
  }
}
