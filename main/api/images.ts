import type { TransferProgress } from './transfer-layers.ts'

export interface Image {
  id: string
  /** Empty for a dangling image. */
  tags: string[]
  /** `name@sha256:…`, of images that a registry knows. */
  digests: string[]
  /** Bytes, with the layers that it shares with others. */
  size: number
  /** Milliseconds since the epoch. */
  createdAt: number
  labels: Record<string, string>
}

/** One step of an image's making, newest first. */
export interface ImageLayer {
  /** The build's instruction, in the engine's words. */
  createdBy: string
  createdAt: number
  /** Bytes; 0 for a step that only set something. */
  size: number
  comment: string
  tags: string[]
}

/** What removing an image would free: bytes that no other image has. */
export interface ImageUse {
  id: string
  ownBytes: number
  /** How many containers are made of it, running or not. */
  containers: number
}

export interface ImagesApi {
  watch(): AsyncIterable<Image[]>
  /** Loads a `docker save` archive from this computer's disk; leaving the stream cancels that. */
  load(path: string): AsyncIterable<TransferProgress>
  /** Gives an image another name: `repository[:tag]`. */
  tag(id: string, reference: string): Promise<void>
  /** By a tag: takes that name off, and the image too when it was the last. By an id: the image with all its names. */
  remove(image: string, options?: { force?: boolean }): Promise<void>
  history(id: string): Promise<ImageLayer[]>
  /** What each image takes by itself; the engine walks its store for it, which takes a while. */
  usage(): Promise<ImageUse[]>
  /** The engine's whole answer to `docker image inspect`, as JSON text. */
  inspect(id: string): Promise<string>
}
