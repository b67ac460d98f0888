import type { MachineVirtiofs, VirtiofsDevice } from '#vm'

/** A machine that was started without. */
export const noVirtiofs: MachineVirtiofs = {
  list: () => Promise.resolve(undefined),
  add: () => Promise.resolve(),
  remove: () => Promise.resolve(),
}

/** The devices of a machine that never was. */
export class FakeVirtiofs implements MachineVirtiofs {
  readonly devices: VirtiofsDevice[] = []
  /** Set, nothing more can be plugged in. */
  refusal: Error | undefined

  list(): Promise<VirtiofsDevice[]> {
    return Promise.resolve([...this.devices])
  }

  add({ tag }: { tag: string }): Promise<void> {
    if (this.refusal) return Promise.reject(this.refusal)
    this.devices.push({ tag, alive: true })
    return Promise.resolve()
  }

  remove(tag: string): Promise<void> {
    const at = this.devices.findIndex((device) => device.tag === tag)
    if (at >= 0) this.devices.splice(at, 1)
    return Promise.resolve()
  }
}
