/** A line without what could steer a terminal: others named what it tells of. */
export function printable(line: string): string {
  return line.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ');
}
