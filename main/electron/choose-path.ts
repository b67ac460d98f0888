import { type BrowserWindow, dialog } from 'electron'
import { AppError, type PathChoice, type PathKind } from '#api'

/** The system's own dialog, over the window that asks. */
export async function choosePath(window: BrowserWindow, kind: PathKind): Promise<PathChoice> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, toOptions(kind))
  const [path] = filePaths
  return canceled || path === undefined ? { kind: 'left' } : { kind: 'chosen', path }
}

function toOptions(kind: unknown): Electron.OpenDialogOptions {
  if (kind === 'folder') return { properties: ['openDirectory', 'createDirectory'] }
  if (kind !== 'compose-file') throw new AppError('input-invalid', { what: 'kind' })
  return {
    properties: ['openFile'],
    filters: [{ name: 'Compose', extensions: ['yaml', 'yml'] }],
  }
}
