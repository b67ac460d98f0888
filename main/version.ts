import about from '../package.json' with { type: 'json' }

/** Berth's own version, from package.json. */
export const version: string = about.version
