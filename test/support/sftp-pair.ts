import { connect } from 'node:net'
import ssh2, { type SFTPWrapper } from 'ssh2'
import { z } from 'zod'
import { makePrivateKey } from '../../vm/ssh/keys.ts'
import type { Duplex } from 'node:stream'

export interface SftpPair extends AsyncDisposable {
  client: SFTPWrapper
}

/** An SFTP client that somebody else wrote, at the other end of what `serve` is given. */
export async function startSftpPair(serve: (stream: Duplex) => void): Promise<SftpPair> {
  const server = new ssh2.Server(
    { hostKeys: [makePrivateKey('test')], ident: 'OpenSSH_10.0' },
    (connection) => {
      connection.on('error', () => undefined)
      connection.on('authentication', (login) => {
        login.accept()
      })
      connection.on('session', (accept) => {
        accept().on('subsystem', (acceptSubsystem) => {
          serve(acceptSubsystem())
        })
      })
    },
  )
  const listening = Promise.withResolvers<undefined>()
  server.listen(0, '127.0.0.1', () => {
    listening.resolve(undefined)
  })
  await listening.promise
  const { port } = z.object({ port: z.int() }).parse(server.address())
  const ready = Promise.withResolvers<SFTPWrapper>()
  const client = new ssh2.Client()
  client.on('error', ready.reject)
  client.on('ready', () => {
    client.sftp((error, sftp) => {
      if (error) ready.reject(error)
      else ready.resolve(sftp)
    })
  })
  client.connect({ sock: connect({ port, host: '127.0.0.1' }), username: 'test', password: 'test' })
  return {
    client: await ready.promise,
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<undefined>()
      server.close(() => {
        closed.resolve(undefined)
      })
      client.end()
      await closed.promise
    },
  }
}
