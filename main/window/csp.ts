/**
 * What the window's page may do: its own scripts and styles, its own server, nothing else. Inline style attributes
 * stay allowed, since floating parts are placed by them; inline scripts and eval are not.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
