const anywhere = /password|passwd|passphrase|secret/i
const wholeWord = /(^|[_.-])(pass|pwd|token|api_?key|key|credential|auth)s?([_.-]|\d|$)/i
const secretFlag = /^--?[\w-]*(password|passwd|secret|token|api-?key)$/i
const hidden = '***'

/** Whether a variable, label or option of this name would rather not be read over a shoulder. */
export function isSecretName(name: string): boolean {
  return anywhere.test(name) || wholeWord.test(name.replaceAll(/([a-z])([A-Z])/g, '$1_$2'))
}

/** A command without the values that look secret by their names. `masked` tells that something was hidden. */
export function maskSecrets(argv: readonly string[]): { argv: string[]; masked: boolean } {
  const words = argv.map((word, index) => {
    const before = argv[index - 1] ?? ''
    if (secretFlag.test(before) && !word.startsWith('-')) return hidden
    return maskUserInfo(maskValue(word))
  })
  return { argv: words, masked: words.some((word, index) => word !== argv[index]) }
}

/** `NAME=value` and `--some-token=value`, also behind `--env=`. */
function maskValue(word: string): string {
  const match = /^(--?(?:env|e|label|l|log-opt)=)?(-{0,2}[\w.-]+)=(.+)$/s.exec(word)
  if (!match) return word
  const [, lead = '', name = ''] = match
  return isSecretName(name.replace(/^-+/, '')) ? `${lead}${name}=${hidden}` : word
}

/** `scheme://user:password@host`. */
function maskUserInfo(word: string): string {
  return word.replaceAll(/([a-z][a-z\d+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi, `$1:${hidden}@`)
}
