const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const numberFormats = new Map<string, Intl.NumberFormat>()

/** Making a format costs far more than using one, and a list uses hundreds a second. */
function toNumberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`
  const format = numberFormats.get(key) ?? new Intl.NumberFormat(locale, options)
  numberFormats.set(key, format)
  return format
}

/** How long ago, in one short unit: "2 min", "3 hr", "5 days". Under a minute counts in seconds. */
export function formatAge(ms: number, locale: string): string {
  const [value, unit] = toLargestUnit(Math.max(0, ms))
  const age = toNumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value)
  return toSpaced(age)
}

/** Chinese is set with a space after figures, as in all other words of the window. */
function toSpaced(amount: string): string {
  return amount.replace(/(\d)(?=\p{Script=Han})/u, '$1 ')
}

function toLargestUnit(ms: number): [number, string] {
  if (ms < minuteMs) return [Math.floor(ms / 1000), 'second']
  if (ms < hourMs) return [Math.floor(ms / minuteMs), 'minute']
  if (ms < dayMs) return [Math.floor(ms / hourMs), 'hour']
  return [Math.floor(ms / dayMs), 'day']
}

/** Seconds with one digit after the point, as "6.2 s". */
export function formatSeconds(ms: number, locale: string): string {
  const format = toNumberFormat(locale, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'narrow',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  })
  return toSpaced(format.format(ms / 1000))
}

/** How long something took, to the millisecond below a second: "48 ms". */
export function formatDelay(ms: number, locale: string): string {
  if (ms >= 1000) return formatSeconds(ms, locale)
  return toSpaced(
    toNumberFormat(locale, { style: 'unit', unit: 'millisecond', unitDisplay: 'short' }).format(ms),
  )
}

const sizeUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte']

/** Bytes in decimal units with about three digits, as docker prints them: "52.4 MB". */
export function formatSize(bytes: number, locale: string): string {
  const exponent = bytes < 1 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3))
  return toNumberFormat(locale, {
    style: 'unit',
    unit: sizeUnits[exponent] ?? 'byte',
    unitDisplay: 'short',
    maximumSignificantDigits: 3,
  }).format(bytes / 1000 ** exponent)
}

/** Cores as `docker stats` writes them: 150% is one and a half. */
export function formatCpu(cores: number, locale: string): string {
  const maximumFractionDigits = cores < 0.0995 ? 1 : 0
  return toNumberFormat(locale, { style: 'percent', maximumFractionDigits }).format(cores)
}

const momentFormats = new Map<string, Intl.DateTimeFormat>()

/** A moment in full, for tooltips. */
export function formatMoment(ms: number, locale: string): string {
  const format =
    momentFormats.get(locale) ??
    new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' })
  momentFormats.set(locale, format)
  return format.format(ms)
}

/** The value of DOCKER_HOST for a socket's path or a Windows pipe's name. */
export function toDockerHost(socket: string): string {
  return socket.startsWith('\\\\') ? `npipe://${socket.replaceAll('\\', '/')}` : `unix://${socket}`
}

const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** Bytes of memory in binary units, as docker stats prints them: "1.5 GiB". */
export function formatMemory(bytes: number, locale: string): string {
  // From 1,000 of a unit on the next one is shorter: 0.98 GiB.
  const exponent = bytes < 1 ? 0 : Math.min(4, Math.floor(Math.log(bytes * 1.024) / Math.log(1024)))
  const value = toNumberFormat(locale, { maximumSignificantDigits: 3 })
  return `${value.format(bytes / 1024 ** exponent)} ${binaryUnits[exponent] ?? 'B'}`
}

/** A number as people of a language write it: "5,000". */
export function formatCount(count: number, locale: string): string {
  return toNumberFormat(locale, {}).format(count)
}

/** A part of one, as "12%". */
export function formatPercent(part: number, locale: string): string {
  return toNumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(part)
}

/** The time of day to the second. */
export function formatClock(ms: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23' }).format(ms)
}

/** A part of a whole in the unit of the whole: "0.9 / 1.9 GiB". */
export function formatMemoryOf(part: number, whole: number, locale: string): string {
  const exponent = whole < 1 ? 0 : Math.min(4, Math.floor(Math.log2(whole) / 10))
  return formatPair(
    part / 1024 ** exponent,
    whole / 1024 ** exponent,
    locale,
    binaryUnits[exponent],
  )
}

/** The same in decimal units: "12 / 67 GB". */
export function formatSizeOf(part: number, whole: number, locale: string): string {
  const exponent = whole < 1 ? 0 : Math.min(4, Math.floor(Math.log10(whole) / 3))
  const unit = ['B', 'kB', 'MB', 'GB', 'TB'][exponent]
  return formatPair(part / 1000 ** exponent, whole / 1000 ** exponent, locale, unit)
}

function formatPair(part: number, whole: number, locale: string, unit = 'B'): string {
  const digits = whole < 10 ? 1 : 0
  const number = new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return `${number.format(part)} / ${number.format(whole)} ${unit}`
}
