import { readLines } from '../lines.ts'

/** The engine's streams of one JSON value a line, as values. Text that is not JSON ends the stream with an error. */
export async function* readJsonLines(source: NodeJS.ReadableStream): AsyncGenerator {
  for await (const line of readLines(source)) {
    if (line.trim() !== '') yield JSON.parse(line) as unknown
  }
}
