import { rm, symlink } from 'node:fs/promises'
import { createDockerCli, type DockerCli } from '../support/docker-cli.ts'
import type { MachineEngine } from '../support/fake-machine.ts'
import { startFakeServer } from '../support/fake-server.ts'
import { startMachine } from '../support/machine.ts'
import type { ModelResult } from './log-model-worker.ts'
import { checkModels, readPlainly, runModel, socketOf } from './log-stream.ts'
import type { Outcome } from './outcome.ts'
import { estimate, median, pooledRatio } from './stats.ts'

const lines = 100_000
const image = 'berth-bench'

/**
 * B10 on a real guest: its engine reads a log of numbered lines from its own file and sends it through the forward,
 * to the window's model and to a reader that throws the bytes away. Arms alternate forth and back.
 * @param options.pairs readings of each arm, without the discarded first one.
 */
export async function measureGuestLogs(options: { pairs: number }): Promise<Outcome> {
  await using stack = new AsyncDisposableStack()
  const { config } = stack.use(await startMachine())
  const docker = stack.use(await createDockerCli(config.engine.hostSocket))
  await writeLog(docker)
  const elsewhere = engineAt(config.engine.hostSocket)
  const server = stack.use(await startFakeServer({ scenario: 'running', elsewhere }))

  const times = { plain: [] as number[], model: [] as number[] }
  const models: ModelResult[] = []
  const arms = [
    async () => times.plain.push(await readPlainly(socketOf(server), 'flood', lines)),
    async () => {
      const result = await runModel(server, 'flood', lines)
      models.push(result)
      times.model.push(result.ms)
    },
  ]
  for (const arm of arms) await arm()
  for (const all of Object.values(times)) all.length = 0
  for (let index = 0; index < options.pairs; index += 1) {
    for (const arm of index % 2 === 0 ? arms : arms.toReversed()) await arm()
  }
  const pairs = times.model.map((one, index) => ({
    ours: [one],
    theirs: [times.plain[index] ?? Number.NaN],
  }))
  return {
    id: 'B10',
    title: `A log of ${lines} lines of a real engine, from the first line to the last`,
    arms: [
      { name: 'plain reader', samples: times.plain },
      { name: 'the window’s model', samples: times.model },
    ],
    comparisons: [
      {
        name: 'model ÷ plain reader',
        estimate: estimate(pairs, pooledRatio(median)),
        pass: 1 / 0.9,
        ambitious: 1,
      },
    ],
    checks: checkModels(models),
    notes: [`${options.pairs} readings of each arm, forth and back; one of each discarded`],
  }
}

async function writeLog(docker: DockerCli): Promise<void> {
  const script = `BEGIN { for (i = 0; i < ${lines}; i++) print "line " i " of the flood" }`
  for (const args of [
    ['build', '-q', '-t', image, docker.buildContext],
    ['run', '--name', 'flood', image, 'awk', script],
  ]) {
    const { code, stderr } = await docker(args)
    if (code !== 0) throw new Error(`docker ${args[0] ?? ''}: ${stderr}`)
  }
}

/** A real engine in place of a fake one: its socket under the name that the app asks. */
function engineAt(hostSocket: string): MachineEngine {
  let linked = ''
  return {
    async listen(socketPath) {
      linked = socketPath
      await symlink(hostSocket, socketPath)
    },
    close: () => rm(linked, { force: true }),
  }
}
