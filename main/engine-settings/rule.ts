import type { Node } from 'jsonc-parser'
import type { EngineProblem, EngineProblemCode } from '#api'

/** Tells what is wrong with a value, and where that stands. */
export type Tell = (node: Node, code: EngineProblemCode, params?: EngineProblem['params']) => void

/** What a value has to be. */
export type Rule = (node: Node, tell: Tell) => void

export function flag(node: Node, tell: Tell): void {
  if (node.type !== 'boolean') tell(node, 'no-flag')
}

export function whole(min: number, max: number): Rule {
  return (node, tell) => {
    if (typeof node.value !== 'number' || !Number.isInteger(node.value)) tell(node, 'no-number')
    else if (node.value < min || node.value > max) tell(node, 'range', { min, max })
  }
}

export function text(node: Node, tell: Tell): void {
  if (node.type !== 'string') tell(node, 'no-text')
  else if (node.value === '') tell(node, 'blank')
}

/** A text of a certain form: `like` is one that has it. */
export function form(isOne: (value: string) => boolean, like: string): Rule {
  return (node, tell) => {
    const value: unknown = node.value
    if (typeof value !== 'string') tell(node, 'no-text')
    else if (!isOne(value)) tell(node, 'pattern', { value: shorten(value), like })
  }
}

export function oneOf(choices: readonly string[]): Rule {
  return (node, tell) => {
    const value: unknown = node.value
    if (typeof value !== 'string') tell(node, 'no-text')
    else if (!choices.includes(value))
      tell(node, 'choice', { value: shorten(value), allowed: choices.join(', ') })
  }
}

export function listOf(rule: Rule): Rule {
  return (node, tell) => {
    if (node.type !== 'array') {
      tell(node, 'no-list')
      return
    }
    const seen = new Set<unknown>()
    for (const item of node.children ?? []) {
      rule(item, tell)
      if (typeof item.value === 'string' && seen.has(item.value))
        tell(item, 'twice', { value: shorten(item.value) })
      seen.add(item.value)
    }
  }
}

/** An object with these names and no others. */
export function record(rules: Readonly<Record<string, Rule>>, needs: readonly string[] = []): Rule {
  return (node, tell) => {
    if (node.type !== 'object') {
      tell(node, 'no-object')
      return
    }
    const members = membersOf(node)
    for (const { name, value } of members) {
      const rule = Object.hasOwn(rules, String(name.value)) ? rules[String(name.value)] : undefined
      if (rule) rule(value, tell)
      else
        tell(name, 'choice', {
          value: shorten(String(name.value)),
          allowed: Object.keys(rules).join(', '),
        })
    }
    for (const key of needs)
      if (!members.some(({ name }) => name.value === key)) tell(node, 'missing', { key })
  }
}

/** An object with names of any kind. */
export function mapOf(rule: Rule): Rule {
  return (node, tell) => {
    if (node.type !== 'object') tell(node, 'no-object')
    else for (const { value } of membersOf(node)) rule(value, tell)
  }
}

export function membersOf(node: Node | undefined): { name: Node; value: Node }[] {
  if (node?.type !== 'object') return []
  return (node.children ?? []).flatMap(({ children: [name, value] = [] }) =>
    name && value ? [{ name, value }] : [],
  )
}

/** The value of one name of an object. */
export function memberOf(node: Node | undefined, key: string): Node | undefined {
  return membersOf(node).find(({ name }) => name.value === key)?.value
}

/** For a sentence. */
export function shorten(value: string): string {
  return value.length > 60 ? `${value.slice(0, 60)}…` : value
}
