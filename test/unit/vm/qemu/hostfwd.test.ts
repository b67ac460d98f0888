import { describe, expect, test } from 'vitest'
import { createForwards, parseUsernet } from '../../../../vm/qemu/hostfwd.ts'

const usernet = [
  'Hub -1 (net):',
  '  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ',
  '  TCP[HOST_FORWARD]  15               * 45082       10.0.2.15  8081     0     0',
  '  TCP[HOST_FORWARD]  13       127.0.0.1 45080       10.0.2.15  8080     0     0',
  '  TCP[HOST_FORWARD]   8       127.0.0.1 45222       10.0.2.15     1     0     0',
  '  TCP[ESTABLISHED]   21       127.0.0.1 45080       10.0.2.15  8080     0     0',
  '  UDP[HOST_FORWARD]  16     192.168.1.7    53       10.0.2.15    53     0     0',
  '  UDP[236 sec]       22       10.0.2.15 51000        10.0.2.3    53     0     0',
  '',
].join('\r\n')

function createMonitor(answer: (line: string) => string) {
  const lines: string[] = []
  return {
    lines,
    execute(command: string, args: Record<string, unknown> = {}) {
      expect(command).toBe('human-monitor-command')
      const line = String(args['command-line'])
      lines.push(line)
      return Promise.resolve(answer(line))
    },
  }
}

describe('the forwards of the user network', () => {
  test('are read back from its table, and nothing else is', () => {
    expect(parseUsernet(usernet)).toEqual([
      { protocol: 'tcp', address: '0.0.0.0', port: 45_082, guestPort: 8081 },
      { protocol: 'tcp', address: '127.0.0.1', port: 45_080, guestPort: 8080 },
      { protocol: 'tcp', address: '127.0.0.1', port: 45_222, guestPort: 1 },
      { protocol: 'udp', address: '192.168.1.7', port: 53, guestPort: 53 },
    ])
    expect(parseUsernet('')).toEqual([])
  })

  test('do not show the one that leads to ssh', async () => {
    const monitor = createMonitor(() => usernet)
    const forwards = createForwards(
      () => monitor,
      () => 45_222,
    )
    expect((await forwards.list()).map(({ port }) => port)).toEqual([45_082, 45_080, 53])
  })

  test('are added and removed, and a refusal is told in the words of QEMU', async () => {
    const monitor = createMonitor((line) => {
      if (line.includes(':81')) return "Could not set up host forwarding rule 'x'\r\n"
      return line.startsWith('hostfwd_add') ? '' : 'host forwarding rule for x removed\r\n'
    })
    const forwards = createForwards(
      () => monitor,
      () => 1,
    )
    const forward = { protocol: 'udp' as const, address: '127.0.0.1', port: 80, guestPort: 8080 }
    await forwards.add(forward)
    await forwards.remove(forward)
    expect(monitor.lines).toEqual([
      'hostfwd_add net udp:127.0.0.1:80-:8080',
      'hostfwd_remove net udp:127.0.0.1:80',
    ])
    await expect(forwards.add({ ...forward, port: 81 })).rejects.toMatchObject({
      code: 'forward-refused',
      params: { port: 81, reason: "Could not set up host forwarding rule 'x'" },
    })
  })

  test('are removed also when they are gone already', async () => {
    const monitor = createMonitor(() => 'host forwarding rule for x not found\r\n')
    const forwards = createForwards(
      () => monitor,
      () => 1,
    )
    await forwards.remove({ protocol: 'tcp', address: '127.0.0.1', port: 80, guestPort: 80 })
  })
})
