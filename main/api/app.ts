export interface AppApi {
  /** Opens the face for browsers on loopback, and gives an address that works once. */
  ui(): Promise<{ url: string }>
  /** Ends the app; the machine goes on unless `stopMachine`. */
  quit(options?: { stopMachine?: boolean }): Promise<void>
  /** What a window left to be remembered: JSON texts by name. */
  memory(): Promise<Record<string, string>>
  /** Remembers how a window is arranged (a column, an order): never anything that matters. At most 16 KiB a text. */
  remember(name: string, text: string): Promise<void>
}
