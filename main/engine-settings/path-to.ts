import { getNodePath, type Node } from 'jsonc-parser'

/** The names and numbers that lead to a value, or to a name itself, with dots between. */
export function pathTo(node: Node): string {
  const [name, value] = node.parent?.type === 'property' ? (node.parent.children ?? []) : []
  return getNodePath(name === node && value ? value : node).join('.')
}
