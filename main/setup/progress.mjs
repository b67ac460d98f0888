/** @param {number} ms */
const seconds = (ms) => `${Math.max(1, Math.round(ms / 1000))} s`

/**
 * Says what is being done while it is, and how long it took: `Installing npm packages … 41 s`.
 * On a terminal the seconds count along.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @param {NodeJS.WriteStream} [out]
 * @returns {Promise<T>}
 */
export async function step(title, work, out = process.stdout) {
  const started = Date.now()
  const passed = () => seconds(Date.now() - started)
  out.write(`${title} …`)
  const ticking = out.isTTY
    ? setInterval(() => out.write(`\r${title} … ${passed()}`), 1000)
    : undefined
  try {
    const result = await work()
    clearInterval(ticking)
    out.write(out.isTTY ? `\r${title} … ${passed()}\n` : ` ${passed()}\n`)
    return result
  } catch (error) {
    clearInterval(ticking)
    out.write('\n')
    throw error
  }
}

/** @param {string} line */
export const say = (line) => void process.stdout.write(`${line}\n`)
