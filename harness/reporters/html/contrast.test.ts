import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('report.css', import.meta.url), 'utf8');

function tokensOf(block: string | undefined): Map<string, string> {
  return new Map(
    [...(block ?? '').matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1] ?? '', match[2] ?? '']),
  );
}

const light = tokensOf(/:root \{([^}]*)\}/.exec(css)?.[1]);
const dark = tokensOf(/prefers-color-scheme: dark\) \{\s*:root \{([^}]*)\}/.exec(css)?.[1]);
const phases = [...css.matchAll(/\.phase-\d \{([^}]*)\}/g)].map((match) => tokensOf(match[1]));

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(a: string, b: string): number {
  const [one, two] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return ((one ?? 0) + 0.05) / ((two ?? 0) + 0.05);
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.040_45 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const VERDICT_GROUNDS = ['pass-ground', 'fail-ground', 'unknown-ground'];
const TEXT: [string, string[]][] = [
  [
    'ink',
    ['paper', 'ground', 'band', 'ready-ground', 'waiting-ground', 'down-ground', 'quiet-ground', ...VERDICT_GROUNDS],
  ],
  ['muted', ['paper', 'ground', 'band', ...VERDICT_GROUNDS]],
  ['accent', ['paper', 'band', ...VERDICT_GROUNDS]],
  ['pass', ['paper', 'pass-ground', 'fail-ground', 'unknown-ground']],
  ['fail', ['paper', 'pass-ground', 'fail-ground', 'unknown-ground']],
  ['unknown', ['paper', 'pass-ground', 'fail-ground', 'unknown-ground']],
  ['down', ['paper']],
  ['paper', ['down', 'accent']],
];
const DRAWN: [string, string[]][] = [
  ['ready', ['paper', 'band']],
  ['waiting', ['paper', 'band']],
  ['down', ['paper', 'band']],
  ['quiet', ['paper', 'band']],
  ['curve-first', ['paper', 'band']],
  ['curve-second', ['paper', 'band']],
  ['curve-third', ['paper', 'band']],
  ['curve-fourth', ['paper', 'band']],
];

describe.each([
  ['light', light],
  ['dark', dark],
] as const)('in %s', (_, tokens) => {
  const pairs = (table: [string, string[]][]): [string, string][] =>
    table.flatMap(([front, grounds]) => grounds.map((ground): [string, string] => [front, ground]));

  test.each(pairs(TEXT))('text in %s on %s has a contrast of at least 4.5', (front, ground) => {
    expect(contrast(tokens.get(front) ?? '', tokens.get(ground) ?? '')).toBeGreaterThanOrEqual(4.5);
  });

  test.each(pairs(DRAWN))('what is drawn in %s on %s has a contrast of at least 3', (front, ground) => {
    expect(contrast(tokens.get(front) ?? '', tokens.get(ground) ?? '')).toBeGreaterThanOrEqual(3);
  });
});

test('the phases carry readable numbers, and neighbours differ by more than their hue', () => {
  expect(phases).toHaveLength(4);
  for (const [n, phase] of phases.entries()) {
    const next = phases[(n + 1) % phases.length];
    expect(contrast(phase.get('phase-ink') ?? '', phase.get('phase-ground') ?? '')).toBeGreaterThanOrEqual(4.5);
    expect(contrast(phase.get('phase-ground') ?? '', next?.get('phase-ground') ?? '')).toBeGreaterThanOrEqual(3);
  }
});

test('both schemes define the same colours, and the measure itself finds a poor one', () => {
  expect([...dark.keys()]).toEqual([...light.keys()]);
  expect(contrast('#ffffff', '#000000')).toBeCloseTo(21);
  expect(contrast('#999999', '#ffffff')).toBeLessThan(4.5);
});
