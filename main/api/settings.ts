import type { ErrorShape } from './errors.ts'
import type { MirrorSetting } from './mirrors.ts'

export interface Settings {
  language: 'system' | 'en' | 'zh-CN'
  theme: 'system' | 'light' | 'dark'
  density: 'comfortable' | 'compact'
  /** Who can reach published ports that name no address: this computer (default), or the network it is in as well. */
  publishTo: 'loopback' | 'lan'
  /**
   * What the machine may use. They count at once as far as the running machine can be changed (`vm.live` of its status),
   * else when it starts next.
   */
  cpus: number
  memoryMiB: number
  swapMiB: number
  diskGiB: number
  /** Host folders that containers may use, under the path they have here. Counts at once. */
  shares: { path: string; readOnly: boolean }[]
  /** How they get into the guest, from its next start on: as everywhere, or as Linux alone can; see ARCHITECTURE. */
  folderTransport: 'sshfs' | 'virtiofs'
  /** Where images come from before their registry is asked, in this order for each registry. Counts at once. */
  mirrors: MirrorSetting[]
  /** By which proxies this computer reaches others: those of the system, those named here, or none. Counts at once. */
  proxyMode: 'system' | 'manual' | 'direct'
  /** `http://host:port`, or with https or socks5; never with a login. Empty for none, and for HTTPS for the same. */
  httpProxy: string
  httpsProxy: string
  /** What is reached without a proxy, with commas between: `example.com`, `.example.com`, `10.0.0.0/8`, each with a port or not. */
  noProxy: string
  /** Certificates in PEM of authorities that are trusted beside those of the system. */
  authorities: string[]
}

export interface SettingsSnapshot {
  settings: Settings
  /** What this computer allows, for the form and for refusals. */
  limits: {
    cpus: { min: number; max: number }
    memoryMiB: { min: number; max: number }
    swapMiB: { min: number; max: number }
    diskGiB: { min: number; max: number }
  }
  /** Set when settings.json could not be read and defaults are used; the original was kept beside it. */
  notice?: ErrorShape
}

export interface SettingsApi {
  watch(): AsyncIterable<SettingsSnapshot>
  get(): Promise<SettingsSnapshot>
  /**
   * Refuses the whole change when one value is wrong, or the running machine cannot be brought to it. Once it resolves,
   * the machine has taken on what it could.
   */
  set(change: Partial<Settings>): Promise<SettingsSnapshot>
}
