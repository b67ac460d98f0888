import { parentPort, workerData } from 'node:worker_threads'
import { createPullLab } from '../support/pull-lab.ts'

/** The server that an engine pulls from, in a thread of its own: neither its clients nor the registry share its loop. */
const urls = workerData as readonly string[]
const lab = await createPullLab({ endpoints: urls.map((url) => ({ url })), isImpatient: true })

parentPort?.on('message', () => {
  lab.forgive()
  parentPort?.postMessage('forgiven')
})
parentPort?.postMessage({ port: lab.port, secret: lab.secret })
