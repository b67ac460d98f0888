/**
 * A time that nobody sets, in seconds since the epoch. To set it as the time of a change is how the guest is made to
 * tell programs there that something changed on the host: the server changes nothing then and says that it did, and the
 * guest looks at what is really there. It must stay the same: a poke may be on its way from one app to the next.
 */
export const pokeTime = 199_316_789
