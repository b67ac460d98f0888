export { createQemuMachine } from './qemu-machine.ts'
export { lookAtMachine } from './look.ts'
export { clearSocketPath } from './socket-path.ts'
export { hasNativeCrypto } from './ssh/crypto.ts'
export { VmError, type VmErrorCode } from './errors.ts'
export {
  startStages,
  type Accel,
  type ExecResult,
  type GuestSocket,
  type GuestTerminal,
  type LinkHealth,
  type LinkName,
  type Machine,
  type MachineConfig,
  type MachineForwards,
  type MachineProcess,
  type MachineSnapshot,
  type MachineState,
  type MachineVirtiofs,
  type PortForward,
  type StageReport,
  type StartStage,
  type StopReport,
  type VirtiofsDevice,
  type VirtiofsFolder,
  type VirtiofsStart,
} from './machine.ts'
export { imageFolder as builtImageFolder } from './image/cache.ts'
