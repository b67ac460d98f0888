import { pipeline, type Readable, Transform } from 'node:stream'
import { AppError } from '#api'

const blockBytes = 512

/**
 * An archive as it comes, with an error at its end when it is none: an engine that fails in the middle of one writes
 * its words behind what it has sent, and ends the answer as if all were well (moby, image_routes.go: getImagesGet).
 * A tar file is of whole blocks.
 */
export function toWholeArchive(source: Readable): Readable {
  let bytes = 0
  const check = new Transform({
    transform(part: Buffer, _encoding, done) {
      bytes += part.length
      done(null, part)
    },
    flush: (done) => done(bytes % blockBytes === 0 ? null : new AppError('engine-garbled')),
  })
  return pipeline(source, check, () => undefined)
}
