import { createQemuMachine } from '../../vm/index.ts'
import { machineConfig } from './machine.ts'

/**
 * A stand-in for the app in a process of its own, to be killed: starts the machine in the home given as its argument,
 * writes BOOTING with QEMU's pid as soon as there is one, READY once the engine answers, and then only lives on.
 */
const { config } = await machineConfig({}, process.argv[2])
const machine = createQemuMachine(config)
let told = false
machine.onChange(({ state }) => {
  if (told || state.phase !== 'starting' || !state.process) return
  told = true
  process.stdout.write(`BOOTING ${state.process.pid}\n`)
})
await machine.start()
process.stdout.write('READY\n')
