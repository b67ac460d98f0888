import { AppError, type AppStatus } from '#api'
import { type App, createApp } from '../app.ts'
import { openControl } from '../control/server.ts'
import { findImageFolder } from '../machine/image.ts'
import { chooseLanguage, createSay, type Say, sayError, systemLocale } from '../words/words.ts'
import { windowFolder } from '../window/files.ts'
import { openUiServer, type UiServer } from './server.ts'

interface Terminal {
  write(text: string): void
  writeError(text: string): void
}

export interface HeadlessOptions extends Terminal {
  env: Readonly<Record<string, string | undefined>>
  /** Shuts the guest down and ends the app. */
  signal: AbortSignal
}

/**
 * The app with its browser face, until `signal`; then the guest is shut down and everything is closed. Returns the exit
 * code: 0, or 1 after a failure that was told on stderr.
 */
export async function runHeadless(options: HeadlessOptions): Promise<number> {
  const say = createSay(chooseLanguage('system', systemLocale(options.env)))
  try {
    await run(options, say)
    return 0
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    tellError(options, say, error)
    return 1
  }
}

async function run(options: HeadlessOptions, say: Say): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const faces: { ui: UiServer | undefined } = { ui: undefined }
  const ended = Promise.withResolvers<{ stopMachine: boolean }>()
  const app = stack.use(
    await createApp({
      env: options.env,
      imageFolder: await findImageFolder(options.env, undefined),
      uiUrl: () => faces.ui?.url,
      openUi: () => Promise.resolve({ url: faces.ui?.url ?? '' }),
      // In a later turn: the answer to who asked must leave before the socket closes.
      quit: (_app, how) => setImmediate(() => ended.resolve(how)),
    }),
  )
  stack.use(await openControl(app))
  const port = Number(options.env['BERTH_UI_PORT'] ?? 0)
  faces.ui = stack.use(await openUiServer(app, { folder: windowFolder, port }))
  options.write(`${say('cli.start.address', { url: faces.ui.url })}\n`)
  options.signal.addEventListener('abort', () => ended.resolve({ stopMachine: true }))
  if (options.signal.aborted) return

  const starting = startMachine(app, options, say)
  const { stopMachine } = await ended.promise
  // Otherwise closing the app gives up a start that is under way.
  if (!stopMachine) return
  await stopMachineOf(app, options, say)
  await starting
}

/** Boots, and tells each stage as it ends. A failure is told and the app goes on: the window offers to try again. */
async function startMachine(app: App, terminal: Terminal, say: Say): Promise<void> {
  const watching = app.api.machine.watch()[Symbol.asyncIterator]()
  const telling = tellStages(watching, terminal, say)
  try {
    await app.api.machine.start()
    const status = await app.api.machine.status()
    const key = status.slow ? 'cli.start.readySlow' : 'cli.start.ready'
    await watching.return?.()
    await telling
    terminal.write(`${say(key, { socket: status.dockerSocket })}\n`)
  } catch (error) {
    await watching.return?.()
    if (error instanceof AppError) tellError(terminal, say, error)
    else app.log.failure('machine.start', error)
  }
}

async function tellStages(
  watching: AsyncIterator<AppStatus>,
  terminal: Terminal,
  say: Say,
): Promise<void> {
  const told = new Set<string>()
  for (;;) {
    const next = await watching.next()
    if (next.done === true) return
    for (const { stage, state, ms } of next.value.stages) {
      if (state !== 'done' || told.has(stage)) continue
      told.add(stage)
      terminal.write(`  ${say(`stage.${stage}`)}  ${((ms ?? 0) / 1000).toFixed(1)} s\n`)
    }
  }
}

async function stopMachineOf(app: App, terminal: Terminal, say: Say): Promise<void> {
  terminal.write(`${say('cli.stop.stopping')}\n`)
  const { graceful } = await app.api.machine.stop()
  terminal.write(`${say(graceful ? 'cli.stop.done' : 'cli.stop.forced')}\n`)
}

function tellError(terminal: Terminal, say: Say, error: AppError): void {
  terminal.writeError(`${sayError(say, error)}\n`)
  for (const line of error.details) terminal.writeError(`  ${line}\n`)
}
