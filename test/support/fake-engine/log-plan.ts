/** What a container has written and goes on to write. Lines are numbered; the same number is always the same line. */
export interface LogPlan {
  /** Lines there are when somebody asks first. */
  past: number
  /** Between two lines while it runs; 0 for as fast as the reader takes them. */
  everyMs: number
  /** With no time between them: at most so many. */
  perSecond?: number
  /** The number at which it falls silent. */
  end: number
  line(index: number): { source: 'stdout' | 'stderr'; text: string | Buffer }
}

const paths = ['/', '/api/items', '/api/items/42', '/api/cart', '/healthz', '/assets/app.css']
const agents = ['curl/8.14', 'Mozilla/5.0 (X11; Linux x86_64)', 'kube-probe/1.34', 'okhttp/5.1']

/** A web server's access log, with a warning on stderr now and then. */
export function webLog(name: string, past = 60): LogPlan {
  return {
    past,
    everyMs: 1000,
    end: Infinity,
    line(index) {
      if (index % 11 === 7)
        return {
          source: 'stderr',
          text: `\u001b[33m[warn]\u001b[0m upstream timed out (${index})`,
        }
      const path = `${paths[index % paths.length] ?? '/'}?item/${index}`
      const agent = agents[index % agents.length] ?? ''
      return {
        source: 'stdout',
        text: `${name}: 192.168.1.${index % 250} "GET ${path} HTTP/1.1" 200 ${612 + index} "${agent}"`,
      }
    },
  }
}

/** JSON lines, as services of our time write them. */
export function jsonLog(service: string, past = 240): LogPlan {
  const levels = ['info', 'info', 'debug', 'info', 'warn', 'info', 'info', 'error']
  return {
    past,
    everyMs: 1400,
    end: Infinity,
    line(index) {
      const level = levels[index % levels.length] ?? 'info'
      const text = JSON.stringify({
        level,
        service,
        msg: level === 'error' ? 'order could not be priced' : 'order priced',
        order: 40_000 + index,
        ms: (index * 37) % 480,
        user: { id: `u-${index % 97}`, locale: index % 2 ? 'zh-CN' : 'en-GB' },
      })
      return { source: level === 'error' ? 'stderr' : 'stdout', text }
    },
  }
}

/** These lines and no more. */
export function fixedLog(
  lines: readonly (string | Buffer)[],
  source: 'stdout' | 'stderr' = 'stdout',
): LogPlan {
  return {
    past: lines.length,
    everyMs: 1000,
    end: lines.length,
    line: (index) => ({ source, text: lines[index] ?? '' }),
  }
}
