import type { Settings, SettingsApi } from '#api'
import type { MachineLimits } from '#vm'
import type { HostNetwork } from '../network/host-network.ts'
import { withoutLogins } from '../network/take-logins.ts'
import type { SettingsStore } from '../settings/store.ts'
import { askMachine } from './errors.ts'

const machineKeys = [
  'cpus',
  'memoryMiB',
  'swapMiB',
  'diskGiB',
] as const satisfies readonly (keyof Settings)[]

/**
 * The settings as every face sets them: what the machine may use is looked at together with the one that runs, and counts
 * there once `set` resolves. A login in the address of a proxy is kept elsewhere.
 */
export function createLiveSettings(
  store: SettingsStore,
  limits: MachineLimits,
  network: Pick<HostNetwork, 'setLogin'>,
): SettingsApi {
  return {
    get: () => store.get(),
    watch: () => store.watch(),
    async set(asked) {
      const { change, keep } = withoutLogins(asked)
      const checked = await store.check(change)
      await keep(network)
      if (!machineKeys.some((key) => checked[key] !== undefined)) return store.set(checked)
      await askMachine(() => limits.check(checked))
      const snapshot = await store.set(checked)
      await askMachine(() => limits.apply())
      return snapshot
    },
  }
}
