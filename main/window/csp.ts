/**
 * What the window's page may do: its own scripts and styles, its own server, nothing else. Nothing inline: floating
 * parts are placed through the CSSOM, which no policy forbids.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
