export interface Volume {
  name: string
  driver: string
  labels: Record<string, string>
  /** Milliseconds since the epoch. */
  createdAt: number
}

export interface VolumesApi {
  watch(): AsyncIterable<Volume[]>
}
