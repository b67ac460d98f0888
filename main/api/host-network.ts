import type { ErrorShape } from './errors.ts'
import type { CredentialStore } from './registries.ts'

/** A proxy in use, without its password. */
export interface HostProxy {
  /** What it is asked for. */
  scheme: 'http' | 'https'
  /** `http://host:port`, or with https or socks5. */
  url: string
  /** Who we are for it, if it wants to know. */
  username?: string
}

/** Who we are for a proxy, in use or not, by a login that is kept; never with the password. */
export interface ProxyAccount {
  /** `http://host:port`, or with https or socks5. */
  proxy: string
  username: string
  place: CredentialStore['place']
  /** Why it cannot be read, or is not kept where it would last. */
  error?: ErrorShape
}

/** A certificate that is trusted beside those of the system. Times in ms since the epoch. */
export interface Authority {
  /** SHA-256, in hexadecimal with colons. */
  fingerprint: string
  subject: string
  issuer: string
  from: number
  until: number
}

/** How this computer reaches others: for pulls, pushes and builds alike. */
export interface HostNetworkSnapshot {
  /** Where its proxies are from. The system is asked for each address: then none is listed. */
  source: 'settings' | 'environment' | 'system' | 'none'
  proxies: HostProxy[]
  logins: ProxyAccount[]
  authorities: Authority[]
  /**
   * What the engine itself reads once, at its start: `used`, it began with what is set; `waiting`, it has to be started
   * anew for it; `applying`, that is being done; `unknown` while no engine can be asked.
   */
  engine: 'used' | 'waiting' | 'applying' | 'unknown'
  /** Why the machine does not have what is set. */
  error?: ErrorShape
}

/** How an address was reached, or why not. */
export interface NetworkTest {
  url: string
  ms: number
  /** The proxies that were to be tried, the best first; empty for none. */
  proxies: string[]
  /** The one that it went through; absent for none. */
  via?: string
  /** Of the answer, whatever it says: the address is reached. */
  status?: number
  error?: ErrorShape
}

export interface HostNetworkApi {
  watch(): AsyncIterable<HostNetworkSnapshot>
  /** @throws {AppError} `network-url-invalid` */
  test(url: string): Promise<NetworkTest>
  /**
   * Trusts all certificates of a text in PEM.
   * @throws {AppError} `authority-invalid`, `authority-key`
   */
  trust(pem: string): Promise<void>
  distrust(fingerprint: string): Promise<void>
  /**
   * Who we are for a proxy, from the next connection on. Kept where it lasts, or else until the app ends: `logins` says.
   * @throws {AppError} `setting-invalid` for what is no proxy
   */
  logIn(login: { proxy: string; username: string; password: string }): Promise<void>
  logOut(proxy: string): Promise<void>
  /**
   * Starts the engine anew, under containers that go on, so that it has what is set.
   * @throws {AppError} `not-running`, `network-not-back`
   */
  restartEngine(): Promise<void>
}
