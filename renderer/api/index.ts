import { type App, type InjectionKey, inject } from 'vue'
import type { Connection } from './connection.ts'

const key: InjectionKey<Connection> = Symbol('connection')

/** Makes the app reachable for every store and view under `app`. */
export function provideConnection(app: App, connection: Connection): void {
  app.provide(key, connection)
}

export function useConnection(): Connection {
  const connection = inject(key)
  if (!connection) throw new Error('provideConnection was not called')
  return connection
}
