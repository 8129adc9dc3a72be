/** `1.8.5` of `v1.8.5-alpha`, as numbers; undefined for what is no version, such as `latest`. */
export function parseVersion(text: string): readonly [number, number, number] | undefined {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-+._].*)?$/.exec(text) ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor), Number(patch ?? 0)];
}

/** Whether one version is another or comes after it; undefined when either is no version. */
export function isAtLeast(version: string | undefined, other: string): boolean | undefined {
  const [one, two] = [parseVersion(version ?? ''), parseVersion(other)];
  if (one === undefined || two === undefined) return undefined;
  for (const [index, number] of one.entries()) {
    const against = two[index] ?? 0;
    if (number !== against) return number > against;
  }
  return true;
}
