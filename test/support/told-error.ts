import { expect } from 'vitest'
import { toMachineError } from '../../main/machine/errors.ts'
import { createSay, sayError } from '../../main/words/words.ts'
import type { VmErrorCode } from '../../vm/index.ts'
import { VmError } from '../../vm/index.ts'

const languages = ['en', 'zh-CN'] as const

/** The failure has this code, and its sentence in both languages is whole: on one line, with nothing left to fill in. */
export function expectTold(error: unknown, code: VmErrorCode): void {
  if (!(error instanceof VmError)) throw new Error(`no failure with a code: ${String(error)}`)
  expect(error.code).toBe(code)
  for (const language of languages) {
    const sentence = sayError(createSay(language), toMachineError(error))
    expect(sentence, language).not.toBe(`errors.${code}`)
    expect(sentence, language).toMatch(/^[^\n{}]+[.。]$/u)
  }
}
