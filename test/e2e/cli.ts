import { type Api } from '#api'
import { callApp } from '../../main/control/client.ts'
import { runCli } from '../support/berth-cli.ts'

/** Runs the `berth` CLI on the home of the specs, and gives what it printed. */
export async function runBerth(
  args: readonly string[],
  allowedCodes: readonly number[] = [0],
): Promise<string> {
  const { code, stdout, stderr } = await runCli(args)
  if (code !== null && allowedCodes.includes(code)) return stdout
  throw new Error(`berth ${args.join(' ')} ended with ${code ?? 'a signal'}: ${stderr}`)
}

/** Asks the app that runs on the home of the specs, or gives undefined when none does. */
export async function askApp<T>(work: (api: Api) => Promise<T>): Promise<T | undefined> {
  using client = await callApp()
  return client && (await work(client.api))
}

/** Where the app that runs keeps the engine's socket. */
export async function findDockerSocket(): Promise<string> {
  const status = await askApp((api) => api.machine.status())
  if (!status) throw new Error('no app runs')
  return status.dockerSocket
}

/** Lets the next window be arranged as a new one: what a spec sorted or folded is none of the next one's business. */
export async function forgetArrangement(): Promise<void> {
  await askApp(async ({ app }) => {
    const names = Object.keys(await app.memory())
    await Promise.all(names.map((name) => app.remember(name, '')))
  })
}

/** Ends the app and leaves its machine running, for the next app to adopt. */
export async function leaveMachine(): Promise<void> {
  const pid = await askApp(async (api) => {
    const { app } = await api.machine.status()
    await api.app.quit({ stopMachine: false })
    return app.pid
  })
  if (pid !== undefined) await gone(pid)
}

/** Resolves once no process has this id. */
export async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) {
    // Nothing tells of the end of a process that is not our child.
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
