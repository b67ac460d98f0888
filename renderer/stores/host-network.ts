import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ErrorShape, NetworkTest } from '#api'
import { toErrorShape } from '../api/error-shape.ts'
import { useConnection } from '../api/index.ts'
import { useMirror } from '../composables/useMirror.ts'

/** How this computer reaches others, live, and the last address that was tried. */
export const useHostNetworkStore = defineStore('hostNetwork', () => {
  const { api } = useConnection()
  const { value: snapshot } = useMirror(() => api.hostNetwork.watch())
  const tested = shallowRef<NetworkTest>()
  const testFailure = shallowRef<ErrorShape>()
  const isTesting = shallowRef(false)

  const test = async (url: string) => {
    if (isTesting.value) return
    isTesting.value = true
    tested.value = testFailure.value = undefined
    try {
      tested.value = await api.hostNetwork.test(url)
    } catch (error) {
      testFailure.value = toErrorShape(error)
    } finally {
      isTesting.value = false
    }
  }
  return {
    ...{ snapshot, tested, testFailure, isTesting, test },
    trust: (pem: string) => api.hostNetwork.trust(pem),
    distrust: (fingerprint: string) => api.hostNetwork.distrust(fingerprint),
    logIn: (login: { proxy: string; username: string; password: string }) =>
      api.hostNetwork.logIn(login),
    logOut: (proxy: string) => api.hostNetwork.logOut(proxy),
    restartEngine: () => api.hostNetwork.restartEngine(),
  }
})
