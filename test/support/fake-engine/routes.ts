import type { Handler } from './answers.ts'
import * as containers from './container-routes.ts'
import { createContainer } from './create.ts'
import { sendEvents } from './events.ts'
import { createExec, inspectExec, resizeExec } from './exec.ts'
import * as images from './image-routes.ts'
import { sendLogs } from './logs.ts'
import { sendStats } from './stats.ts'
import * as df from './system-df.ts'
import * as system from './system-routes.ts'
import { pushImage } from './push.ts'
import * as transfers from './transfers.ts'

const id = '([^/]+)'
/** An image's name holds slashes. */
const name = '(.+)'

/** Docker's paths, without their version. The first that fits answers. */
const table: [method: string, path: string, handler: Handler][] = [
  ['GET', '/_ping', system.sendPing],
  ['HEAD', '/_ping', system.sendPing],
  ['GET', '/version', system.sendVersion],
  ['GET', '/info', system.sendInfo],
  ['GET', '/events', sendEvents],
  ['GET', '/system/df', df.systemDf],
  ['POST', '/build/prune', df.pruneBuilds],
  ['GET', '/volumes', system.listVolumes],
  ['DELETE', `/volumes/${id}`, df.removeVolume],
  ['GET', '/networks', system.listNetworks],
  ['GET', '/containers/json', containers.listContainers],
  ['POST', '/containers/create', createContainer],
  ['GET', `/containers/${id}/json`, containers.inspectContainer],
  ['POST', `/containers/${id}/start`, containers.start],
  ['POST', `/containers/${id}/stop`, containers.stop],
  ['POST', `/containers/${id}/restart`, containers.restart],
  ['POST', `/containers/${id}/pause`, containers.pauseIt],
  ['POST', `/containers/${id}/unpause`, containers.unpauseIt],
  ['POST', `/containers/${id}/kill`, containers.kill],
  ['POST', `/containers/${id}/rename`, containers.rename],
  ['DELETE', `/containers/${id}`, containers.remove],
  ['GET', `/containers/${id}/logs`, sendLogs],
  ['GET', `/containers/${id}/stats`, sendStats],
  ['GET', `/containers/${id}/top`, containers.top],
  ['GET', `/containers/${id}/changes`, containers.listChanges],
  ['HEAD', `/containers/${id}/archive`, containers.statPath],
  ['POST', `/containers/${id}/exec`, createExec],
  ['GET', `/exec/${id}/json`, inspectExec],
  ['POST', `/exec/${id}/resize`, resizeExec],
  ['GET', '/images/json', images.listImages],
  ['GET', '/images/get', transfers.saveImages],
  ['POST', '/images/create', transfers.pullImage],
  ['POST', '/images/load', transfers.loadImage],
  ['POST', '/images/prune', images.pruneImages],
  ['GET', `/images/${name}/get`, transfers.saveImages],
  ['GET', `/images/${name}/json`, images.inspectImage],
  ['GET', `/images/${name}/history`, images.imageHistory],
  ['POST', `/images/${name}/tag`, images.tagImage],
  ['POST', `/images/${name}/push`, pushImage],
  ['DELETE', `/images/${name}`, images.removeImage],
]

const routes = table.map(([method, path, handler]) => ({
  method,
  pattern: new RegExp(`^(?:/v1\\.\\d+)?${path}$`),
  handler,
}))

/** The handler of a request, with what its path has named. */
export function findRoute(
  method: string,
  path: string,
): { handler: Handler; params: string[] } | undefined {
  for (const { method: wanted, pattern, handler } of routes) {
    const found = wanted === method && pattern.exec(path)
    if (found) return { handler, params: found.slice(1) }
  }
  return undefined
}
