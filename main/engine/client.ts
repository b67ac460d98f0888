import { get } from 'node:http'
import Docker from 'dockerode'
import { AppError } from '#api'
import { type Doing, toEngineError } from './errors.ts'

/** The one dockerode of the app. Its errors leave this folder only as AppErrors. */
export interface EngineClient {
  docker: Docker
  /** Runs a request and names its failure. */
  ask<T>(request: (docker: Docker) => Promise<T>, doing?: Doing): Promise<T>
}

export function createEngineClient(socketPath: string): EngineClient {
  const docker = new Docker({ socketPath })
  return {
    docker,
    async ask(request, doing) {
      try {
        return await request(docker)
      } catch (error) {
        throw toEngineError(error, doing)
      }
    },
  }
}

/** Resolves when the engine behind `socketPath` answers; the machine calls it end to end. */
export async function pingEngine(socketPath: string, signal: AbortSignal): Promise<void> {
  const answer = await new Promise<string>((resolve, reject) => {
    const asked = get({ socketPath, path: '/_ping', agent: false, signal }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('end', () => resolve(text))
      response.on('error', reject)
    })
    asked.on('error', reject)
  })
  if (answer !== 'OK') throw new AppError('engine-unreachable')
}

export interface EngineVersion {
  version: string
  apiVersion: string
}

export async function readVersion(client: EngineClient): Promise<EngineVersion> {
  const { Version, ApiVersion } = await client.ask((docker) => docker.version())
  return { version: Version, apiVersion: ApiVersion }
}
