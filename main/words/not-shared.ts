import { createSay, type Language } from './words.ts'

/** To a docker client, which shows what it is told as it is: that a container may not have this path. */
export function sayNotShared(language: Language, path: string): string {
  return createSay(language)('errors.folder-not-shared', { path })
}

/** The path of such a sentence in any of our languages. Docker's API has nothing but a sentence to say it by. */
export function parseNotShared(message: string): string | undefined {
  for (const language of ['en', 'zh-CN'] as const) {
    const [before = '', after = ''] = sayNotShared(language, '\0').split('\0')
    const isOurs = message.startsWith(before) && message.endsWith(after)
    if (isOurs) return message.slice(before.length, message.length - after.length)
  }
  return undefined
}
