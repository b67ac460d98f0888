/**
 * A name as the bytes it has on the disk, one character for each. Names need not be UTF-8, and one that is decoded and
 * encoded again would be another file.
 */
export type ByteName = string

export function toByteName(text: string): ByteName {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** The form that the functions of node:fs take. */
export function toFsPath(name: ByteName): Buffer {
  return Buffer.from(name, 'latin1')
}
