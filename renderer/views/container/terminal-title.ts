import type { ExecSpec } from '#api'

/** A short name for a terminal: its program, and the user where one was chosen. */
export function toTerminalTitle({ command, user }: ExecSpec): string {
  const program = (command[0] ?? '').split('/').at(-1) ?? ''
  return user === undefined ? program : `${program} (${user})`
}

/** What the form holds → what to run; a command may be typed with its arguments, quoted as a shell has it. */
export function toExecSpec(
  command: readonly string[],
  user: string,
  workdir: string,
): ExecSpec | undefined {
  if (command.length === 0) return undefined
  const [wantedUser, wantedDir] = [user.trim(), workdir.trim()]
  return {
    command: [...command],
    ...(wantedUser !== '' && { user: wantedUser }),
    ...(wantedDir !== '' && { workdir: wantedDir }),
  }
}
