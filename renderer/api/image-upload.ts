import { AppError, type ErrorShape, type Push, type StopSignal, type TransferProgress } from '#api'

interface Upload {
  /** The page's own address. */
  base: string
  push: Push<TransferProgress>
  signal: StopSignal
}

/** Sends an archive to the app and hands on its progress, one JSON line each; a last line may be `{ error }`. */
export async function uploadImage(file: File, { base, push, signal }: Upload): Promise<void> {
  const abort = new AbortController()
  signal.addEventListener('abort', () => abort.abort())
  try {
    const response = await fetch(new URL('upload/image', base), {
      method: 'POST',
      body: file,
      headers: { 'x-berth': '1' },
      signal: abort.signal,
    })
    if (!response.ok || !response.body) throw new AppError('image-file-invalid')
    for await (const line of readLines(response.body)) {
      const item = JSON.parse(line) as TransferProgress | { error: ErrorShape }
      if ('error' in item) throw AppError.fromShape(item.error)
      await push(item)
    }
  } catch (error) {
    if (signal.aborted) return
    throw error instanceof AppError ? error : new AppError('disconnected', {}, { cause: error })
  }
}

/** The lines of a text body, without the empty ones. */
async function* readLines(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { done, value = '' } = await reader.read()
    const lines = (rest + value).split('\n')
    rest = done ? '' : (lines.pop() ?? '')
    yield* lines.filter((line) => line.trim() !== '')
    if (done) return
  }
}
