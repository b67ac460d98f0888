import type { AppStatus, Health } from '#api'
import type { Tone } from '../components/AppStateDot.vue'

/** The colour of a machine's state; the words always stand beside it. */
export function toMachineTone(state: AppStatus['state']): Tone {
  switch (state) {
    case 'running':
      return 'success'
    case 'starting':
    case 'stopping':
      return 'primary'
    case 'degraded':
      return 'warning'
    case 'failed':
      return 'error'
    case 'stopped':
      return 'neutral'
  }
}

export function toHealthTone(state: Health['state']): Tone {
  switch (state) {
    case 'ok':
      return 'success'
    case 'repairing':
      return 'warning'
    case 'down':
      return 'error'
    case 'unknown':
      return 'neutral'
  }
}
