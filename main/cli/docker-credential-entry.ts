import { text } from 'node:stream/consumers'
import { chooseLanguage, createSay, systemLocale } from '../words/words.ts'
import { answerDocker } from './docker-credential.ts'

process.exitCode = await answerDocker(process.argv[2], await text(process.stdin), {
  say: createSay(chooseLanguage('system', systemLocale(process.env))),
  write: (line) => void process.stdout.write(line),
  writeError: (line) => void process.stderr.write(line),
})
