import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createSay } from '../../../../main/words/words.ts'
import { toPortError } from '../../../../main/ports/trouble.ts'

const run = promisify(execFile)
const program = new URL('../../../../main/ports/local-ports.ts', import.meta.url)
const script = `
  const { createLocalPorts } = await import('${program.href}')
  const place = { protocol: process.argv[1], address: '127.0.0.1', port: 81 }
  process.stdout.write(String(await createLocalPorts().probe(place)))
`
const ask = (protocol: string) => [process.execPath, '--input-type=module', '-e', script, protocol]

const ordinary = ['--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all']
const asOrdinary = process.getuid?.() === 0 ? ['setpriv', ...ordinary] : ['env']

test.runIf(process.platform === 'linux' && firstFree() > 81).for(['tcp', 'udp'])(
  'a low port of %s is refused to an ordinary user, who is told what allows it',
  async (protocol, { skip }) => {
    const [command = '', ...words] = asOrdinary
    const options = { cwd: '/' }
    await run(command, [...words, 'test', '-r', fileURLToPath(program)], options).catch(() =>
      skip('an ordinary user cannot read this checkout'),
    )
    const { stdout } = await run(command, [...words, ...ask(protocol)], options)
    expect(stdout).toBe('EACCES')
    const place = { address: '127.0.0.1', port: 81 }
    const { code, params } = toPortError({ code: stdout }, place, 'linux')
    expect(createSay('en')(`errors.${code}`, params)).toContain(
      'sudo sysctl net.ipv4.ip_unprivileged_port_start=81',
    )
  },
)

function firstFree(): number {
  return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'))
}
