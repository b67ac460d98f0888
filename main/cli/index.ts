import { chooseLanguage, createSay, systemLocale } from '../words/words.ts'
import { runCli } from './run.ts'

// A pipe that was closed by its reader (`berth logs | head`) is no failure.
process.stdout.on('error', () => process.exit())

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  say: createSay(chooseLanguage('system', systemLocale(process.env))),
  write: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY,
})
