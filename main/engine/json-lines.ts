import { createInterface } from 'node:readline'

/** The engine's streams of one JSON value a line, as values. Text that is not JSON ends the stream with an error. */
export async function* readJsonLines(source: NodeJS.ReadableStream): AsyncGenerator {
  for await (const line of createInterface({ input: source, crlfDelay: Infinity })) {
    if (line.trim() !== '') yield JSON.parse(line) as unknown
  }
}
