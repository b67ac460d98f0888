import { runHeadless } from './headless.ts'

const signal = new AbortController()

// Whoever read our output may be gone (`npm start | tee`): the guest must be shut down all the same.
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined)

// The terminal that started us may be gone; the guest must still be shut down.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => signal.abort())

// `npm start` holds a channel to us: it closes when that process was killed, and then nobody is left to say stop.
process.on('disconnect', () => signal.abort())
process.channel?.unref()

process.exitCode = await runHeadless({
  env: process.env,
  signal: signal.signal,
  write: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
})
