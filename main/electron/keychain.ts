import { safeStorage } from 'electron'
import type { Keychain } from '../credentials/file-vault.ts'

const names: Readonly<Record<string, string>> = {
  darwin: 'macOS Keychain',
  win32: 'Windows DPAPI',
  gnome_libsecret: 'GNOME Keyring',
  kwallet: 'KWallet',
  kwallet5: 'KWallet',
  kwallet6: 'KWallet',
}

/** The system's keychain, by way of Electron. Where Linux has none, Electron has a key that everybody knows: no keychain. */
export function createKeychain(): Keychain {
  const { platform } = process
  const system = () => (platform === 'linux' ? safeStorage.getSelectedStorageBackend() : platform)
  return {
    get name() {
      return names[system()] ?? system()
    },
    isThere: async () =>
      names[system()] !== undefined && (await safeStorage.isAsyncEncryptionAvailable()),
    seal: (text) => safeStorage.encryptStringAsync(text),
    open: async (sealed) => (await safeStorage.decryptStringAsync(sealed)).result,
  }
}
