import { z } from 'zod'
import type { Holder, Place } from '../host-ports.ts'

/** A line of PowerShell that tells who has the port, as JSON. */
export function toEndpointScript({ protocol, port }: Place): string {
  const ask =
    protocol === 'udp'
      ? `Get-NetUDPEndpoint -LocalPort ${port}`
      : `Get-NetTCPConnection -State Listen -LocalPort ${port}`
  return [
    `$e = ${ask} -ErrorAction Stop | Select-Object -First 1`,
    '$p = Get-Process -Id $e.OwningProcess -ErrorAction Stop',
    '@{ pid = [int]$p.Id; name = $p.ProcessName } | ConvertTo-Json -Compress',
  ].join('; ')
}

const endpoint = z.object({ pid: z.int().positive(), name: z.string().min(1) })

export function parseEndpoint(text: string): Holder | undefined {
  try {
    return endpoint.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
