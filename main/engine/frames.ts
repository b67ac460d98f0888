/** A piece of a container's output. */
export interface Frame {
  source: 'stdout' | 'stderr'
  bytes: Buffer
}

const headerBytes = 8
const lineFeed = 0x0a
const blank = 0x20
/** What the engine reads at once from a container: a longer line is several messages (moby, daemon/logger/copier.go). */
const messageBytes = 16 * 1024
const longestStamp = 36
const stamp = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) /

/**
 * Takes apart the engine's multiplexed output: [source, 0, 0, 0, length as 32 bits big-endian] and the payload, cut
 * anywhere by the transport. A payload is given on as it comes, so that a long one is not held; short ones of one
 * source that come together are one piece, since an engine sends each line by itself. The pieces of a long line lose the time that each of them begins with.
 * See "Stream format" at https://docs.docker.com/reference/api/engine/.
 */
export function createFrameReader(): (bytes: Buffer) => Frame[] {
  let header: Buffer = Buffer.alloc(0)
  let source: Frame['source'] = 'stdout'
  let left = 0
  const joints = { stdout: createJoint(), stderr: createJoint() }
  return (bytes) => {
    const runs = createRuns()
    let at = 0
    while (at < bytes.length) {
      if (left > 0) {
        const end = Math.min(bytes.length, at + left)
        left -= end - at
        const piece = joints[source].take(bytes.subarray(at, end), left)
        if (piece.length > 0) runs.add(source, piece)
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
      joints[source].begin(left)
    }
    return runs.frames()
  }
}

/**
 * What stands between two messages of one source. Each begins with its time; one that follows another without a line
 * feed goes on with its line when that was as long as messages get, and else is the first of a program started anew.
 */
function createJoint() {
  let [last, size] = [lineFeed, 0]
  let wasFull = false
  let held: Buffer | undefined
  return {
    begin(length: number) {
      wasFull = size >= messageBytes
      held = last === lineFeed ? undefined : Buffer.alloc(0)
      size = length
    },
    /** The piece as it is to be read; nothing while it is not known whether it begins with a time. */
    take(piece: Buffer, left: number): Buffer {
      last = piece.at(-1) ?? last
      if (held === undefined) return piece
      held = Buffer.concat([held, piece])
      if (left > 0 && held.length < longestStamp && !held.includes(blank)) return Buffer.alloc(0)
      const [whole, found] = [held, stamp.exec(held.toString('latin1', 0, longestStamp))]
      held = undefined
      if (!found) return whole
      return wasFull ? whole.subarray(found[0].length) : Buffer.concat([Buffer.from('\n'), whole])
    },
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
