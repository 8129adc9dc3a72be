/** Does `work` for each item, `atOnce` at a time, until `isOver` says that no more is to be begun. */
export async function forEachBounded<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
  isOver: () => boolean = () => false,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  async function take(): Promise<void> {
    for (let next = rest.next(); next.done !== true && !isOver(); next = rest.next()) await work(next.value);
  }
  await Promise.all(Array.from({ length: atOnce }, take));
}
