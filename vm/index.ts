export { createQemuMachine } from './qemu-machine.ts'
export { describeDisk } from './disk/describe.ts'
export { examineHost, type HostCheck } from './examine.ts'
export { lookAtMachine } from './look.ts'
export { clearSocketPath } from './socket-path.ts'
export { hasNativeCrypto } from './ssh/crypto.ts'
export { VmError, type VmErrorCode } from './errors.ts'
export type { DataDisk, MoveProgress } from './disk/data-disk.ts'
export type { Limits, MachineLimits } from './limits/machine-limits.ts'
export type { GuestSocket, MachineConfig } from './machine-config.ts'
export type {
  MachineForwards,
  MachineVirtiofs,
  PortForward,
  VirtiofsDevice,
  VirtiofsFolder,
  VirtiofsStart,
} from './machine-devices.ts'
export {
  startStages,
  type Accel,
  type GuestRepair,
  type LinkHealth,
  type LinkName,
  type MachineProcess,
  type MachineSnapshot,
  type MachineState,
  type StageReport,
  type StartStage,
} from './machine-state.ts'
export type { ExecResult, Footprint, GuestTerminal, Machine, StopReport } from './machine.ts'
export { imageFolder as builtImageFolder } from './image/cache.ts'
