/** What lies in a folder of this computer, by name; hidden ones are left out. */
export interface FolderListing {
  path: string
  /** Absent where the folders that are shown begin. */
  parent?: string
  /** Where the folders that are shown begin, the user's own first. */
  places: string[]
  folders: string[]
  /** Files that may be Compose's; only when asked. */
  files: string[]
  /** There is more than is told. */
  isCut: boolean
}

export type PathKind = 'folder' | 'compose-file'

/** `no-dialog`: this face has none of the system's; `list` is there to show one of ours. */
export type PathChoice = { kind: 'chosen'; path: string } | { kind: 'left' } | { kind: 'no-dialog' }

export interface FoldersApi {
  /** A folder beneath the user's own or a shared one; the user's own without a path. */
  list(path?: string, options?: { files?: boolean }): Promise<FolderListing>
  /** Asks by the system's dialog. */
  choose(kind: PathKind): Promise<PathChoice>
}
