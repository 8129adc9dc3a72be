/** A seeded source of chance; the seed is in the journal, so that a run can be repeated. */
export interface Random {
  readonly seed: number;
  /** In [0, 1). */
  next(): number;
  pick<T>(items: readonly [T, ...T[]]): T;
}

/** The mulberry32 generator (public domain, T. Ettinger): 32 bits of state, plenty for choosing victims and delays. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    seed,
    next,
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
  };
}
