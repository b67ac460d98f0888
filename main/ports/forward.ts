import { AppError, type ForwardRequest } from '#api'
import { type Listener, toListeners } from './listener.ts'
import type { RunningContainer, WantedPort } from './wanted.ts'

/** A way in that was made by hand. */
export interface Forward {
  id: string
  containerId: string
  /** While the container runs. */
  toWanted(container: RunningContainer): WantedPort
}

type Asked = Required<ForwardRequest>

/**
 * What is published goes the machine's own way, from another port of this computer; what is not goes over the link to
 * the container itself, which carries TCP only.
 * @throws {AppError} `forward-udp`
 */
export function toForwarded(
  container: RunningContainer,
  asked: Asked,
  platform: NodeJS.Platform,
): Forward {
  const { containerId, containerPort, protocol, port } = asked
  if (protocol === 'udp' && toGuestPort(container, asked) === undefined)
    throw new AppError('forward-udp', { port: containerPort })
  const id = `forward ${protocol} ${port}`
  const [address, reach] = ['127.0.0.1', 'computer'] as const
  return {
    id,
    containerId,
    toWanted: (now) => ({
      port: {
        ...{ id, origin: 'forward', protocol, address, port, containerId, containerPort, reach },
        ...{ containerName: now.name, canShare: false },
      },
      listeners: toWays(asked, toGuestPort(now, asked), platform),
    }),
  }
}

function toGuestPort({ ports }: RunningContainer, { containerPort, protocol }: Asked) {
  return ports.find((one) => one.containerPort === containerPort && one.protocol === protocol)
    ?.hostPort
}

function toWays(
  { containerId, containerPort, protocol, port }: Asked,
  guestPort: number | undefined,
  platform: NodeJS.Platform,
): Listener[] {
  if (guestPort !== undefined)
    return toListeners({ protocol, address: '127.0.0.1', port, guestPort }, platform)
  const carrier = { kind: 'guest' as const, containerId, port: containerPort, isForComputer: true }
  return ['127.0.0.1', '::1'].map((address) => ({ protocol, address, port, carrier }))
}
