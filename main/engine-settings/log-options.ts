import { isUrl } from './formats.ts'

interface LogOption {
  isOne(value: string): boolean
  like: string
}

const any: LogOption = { isOne: () => true, like: '' }
const yes: LogOption = { isOne: (value) => /^(true|false|1|0)$/i.test(value), like: 'true, false' }
const count: LogOption = { isOne: (value) => /^[1-9]\d{0,5}$/.test(value), like: '3' }
const size: LogOption = {
  isOne: (value) => /^\d+(\.\d+)? ?([kmgtp]i?b?|b)?$/i.test(value),
  like: '20m',
}
const mode: LogOption = { isOne: (value) => /^(non-)?blocking$/.test(value), like: 'non-blocking' }
const url = (like: string, ...schemes: string[]): LogOption => ({
  ...{ isOne: (value) => isUrl(value, schemes), like },
})

/** What each driver may be told of a line besides what is its own. */
const tags = { tag: any, labels: any, 'labels-regex': any, env: any, 'env-regex': any }
const general = { mode, 'max-buffer-size': size }
const cached = {
  ...{ 'cache-disabled': yes, 'cache-max-size': size, 'cache-max-file': count },
  'cache-compress': yes,
}
const files = { 'max-size': size, 'max-file': count, compress: yes }
const plain = (...names: string[]) => Object.fromEntries(names.map((name) => [name, any]))

/** The drivers that are in the engine itself, with their options. */
const drivers: Readonly<Record<string, Readonly<Record<string, LogOption>>>> = {
  'json-file': { ...general, ...tags, ...files },
  local: { ...general, ...files },
  none: {},
  journald: { ...general, ...cached, ...tags },
  syslog: {
    ...{ ...general, ...cached, ...tags },
    'syslog-address': {
      isOne: (value) => /^((tcp|udp|tcp\+tls):\/\/[^\s/]+|unix(gram)?:\/\/\/\S+)$/.test(value),
      like: 'udp://10.0.2.2:514',
    },
    ...{ 'syslog-tls-skip-verify': yes },
    ...plain('syslog-facility', 'syslog-format', 'syslog-tls-ca-cert'),
    ...plain('syslog-tls-cert', 'syslog-tls-key'),
  },
  fluentd: {
    ...{ ...general, ...cached, ...tags, 'fluentd-async': yes, 'fluentd-request-ack': yes },
    ...{ 'fluentd-sub-second-precision': yes, 'fluentd-max-retries': count },
    ...plain('fluentd-address', 'fluentd-buffer-limit', 'fluentd-retry-wait'),
    ...plain('fluentd-async-reconnect-interval', 'fluentd-write-timeout'),
    ...plain('fluentd-read-timeout'),
  },
  gelf: {
    ...{ ...general, ...cached, ...tags },
    'gelf-address': url('udp://10.0.2.2:12201', 'udp:', 'tcp:'),
    ...plain('gelf-compression-type', 'gelf-compression-level'),
    ...plain('gelf-tcp-max-reconnect', 'gelf-tcp-reconnect-delay'),
  },
  splunk: {
    ...{ ...general, ...cached, ...tags, 'splunk-insecureskipverify': yes },
    ...{ 'splunk-verify-connection': yes, 'splunk-gzip': yes },
    ...{ 'splunk-url': url('https://splunk.example:8088', 'http:', 'https:') },
    ...plain('splunk-token', 'splunk-source', 'splunk-sourcetype', 'splunk-index'),
    ...plain('splunk-capath', 'splunk-caname', 'splunk-format', 'splunk-gzip-level'),
    ...plain('splunk-index-acknowledgment'),
  },
  awslogs: {
    ...{ ...general, ...cached, tag: any, 'awslogs-create-group': yes },
    ...{ 'awslogs-create-stream': yes },
    ...plain('awslogs-region', 'awslogs-endpoint', 'awslogs-group', 'awslogs-stream'),
    ...plain('awslogs-datetime-format', 'awslogs-multiline-pattern', 'awslogs-format'),
    ...plain('awslogs-credentials-endpoint', 'awslogs-force-flush-interval-seconds'),
    ...plain('awslogs-max-buffered-events'),
  },
  gcplogs: {
    ...{ ...general, ...cached, labels: any, 'labels-regex': any, env: any, 'env-regex': any },
    ...{ 'gcp-log-cmd': yes },
    ...plain('gcp-project', 'gcp-meta-zone', 'gcp-meta-name', 'gcp-meta-id'),
  },
}

export const logDrivers = Object.keys(drivers)

/** What a driver may be told, by name. */
export function logOptionsOf(driver: string): Readonly<Record<string, LogOption>> {
  return drivers[driver] ?? {}
}
