import { JsonText } from '../json-text.ts'
import type { Restore } from '../talk.ts'

/**
 * Adds to the engine's refusal of a port what it does not know: that here a number can be had once, since all addresses
 * of the host are one in the guest. Otherwise two that were asked on different addresses would seem to be no conflict.
 */
export function sayPortTaken(words: { portTaken(port: string): string }): Restore {
  return {
    isFor: (status) => status >= 400,
    of: 'body',
    give(body) {
      const json = JsonText.parse(body)
      const message = json?.find(json.root, 'message')
      const told = json?.value(message)
      if (!json || !message || typeof told !== 'string') return undefined
      const [, port] = /Bind for \S*?:(\d+) failed: port is already allocated/.exec(told) ?? []
      return port === undefined
        ? undefined
        : json.with([json.replace(message, `${told}. ${words.portTaken(port)}`)])
    },
  }
}
