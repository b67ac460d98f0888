import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { chooseLanguage, createSay } from '../words/words.ts'

const style = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; text-align: center }
main { max-width: 24rem; padding: 2rem }
svg { width: 3.5rem }
h1 { font-size: 1.2rem; margin: 1rem 0 .5rem }
p { margin: .5rem 0; opacity: .75; text-wrap: balance }
code { display: block; padding: .6rem; margin: 1.2rem 0; border: 1px solid GrayText; border-radius: .4rem; user-select: all }
`
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const logo =
  '<svg viewBox="0 0 64 64" aria-hidden="true"><rect width="64" height="64" rx="15" fill="#1d4ed8"/>' +
  '<path d="M12 43c5 0 5 4 10 4s5-4 10-4 5 4 10 4 5-4 10-4" fill="none" stroke="#93c5fd" stroke-width="4.5" stroke-linecap="round"/>' +
  '<path d="M15 36h34l-4-9H19zM23 15h8v9h-8zM33 15h8v9h-8z" fill="#fff"/></svg>'

/**
 * Says no without the window, whose files are for those who may see it: a browser that comes with an address of
 * yesterday is told how to get a new one, in its own language.
 */
export function refuse(response: ServerResponse, status: 401 | 403): void {
  if (status === 403) {
    response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' }).end('Refused.\n')
    return
  }
  const language = chooseLanguage('system', response.req.headers['accept-language'] ?? '')
  const say = createSay(language)
  const [title, text, kept] = ['title', 'text', 'kept'].map((key) => say(`ui.session.${key}`))
  response
    .writeHead(401, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cache-control': 'no-store',
    })
    .end(
      `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>Berth</title>` +
        `<meta name="viewport" content="width=device-width"><style>${style}</style>` +
        `<main>${logo}<h1>${title}</h1><p>${text}</p><code>npx berth ui</code><p>${kept}</p></main>\n`,
    )
}
