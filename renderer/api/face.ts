import type { Api, Link, TransferProgress } from '#api'

/** The app does not know this window any more: its address has to be opened anew. */
export class SessionRefused extends Error {
  override readonly name = 'SessionRefused'
}

/** How this window reaches the app: from a browser or from within Electron. */
export interface Face {
  /** Opens a link; throws SessionRefused when trying again is of no use. */
  dial(): Promise<Link>
  /** Loads a `docker save` archive that the user picked. */
  loadImage(file: File, api: Api): AsyncIterable<TransferProgress>
}
