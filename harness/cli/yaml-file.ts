import { readFileSync } from 'node:fs';
import type { Node } from 'yaml';
import type { z } from 'zod';
import { ChaosError, type ErrorCode } from '../core/errors.ts';

/** How the mistakes of a kind of file are told. */
export interface FileKind {
  readonly code: ErrorCode;
  /** What cannot be done with such a file: `The objectives cannot be used.` */
  readonly message: string;
  readonly tryThis: string;
}

/**
 * Reads a YAML file and holds it against its schema.
 * @throws ChaosError of that kind with every mistake, each at its line and column. What is written at a place is never repeated: it may be a secret.
 */
export async function readYamlFile<Content>(
  path: string,
  schema: z.ZodType<Content>,
  kind: FileKind,
): Promise<Content> {
  const { isNode, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(readText(path, kind), { lineCounter: lines });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    const mistakes = document.errors.map(
      ({ pos, message }) => `${place(pos[0])}: ${message.split('\n')[0] ?? message}`,
    );
    throw mistake(kind, mistakes, document.errors[0]);
  }
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  // A mistake is shown at the deepest part of the document that is there: a missing key at the map that lacks it.
  const offsetOf = (keysTo: readonly PropertyKey[], key?: string): number => {
    const keys = [...keysTo];
    let node: unknown = document.getIn(keys, true);
    if (key !== undefined) node = keyNode(node, key) ?? node;
    while (!isNode(node) && keys.length > 0) node = document.getIn((keys.pop(), keys), true);
    return isNode(node) ? startOf(node) : 0;
  };
  const mistakes = parsed.error.issues.flatMap((issue): string[] => {
    const what = (text: string): string => `${issue.path.join('.') || 'the file'}: ${text}`;
    if (issue.code !== 'unrecognized_keys') return [`${place(offsetOf(issue.path))}: ${what(issue.message)}.`];
    return issue.keys.map((key) => `${place(offsetOf(issue.path, key))}: ${what(`there is no key "${key}" here`)}.`);
  });
  throw mistake(kind, mistakes, parsed.error);
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function keyNode(map: unknown, key: string): unknown {
  if (typeof map !== 'object' || map === null || !('items' in map) || !Array.isArray(map.items)) return undefined;
  return map.items.map((pair: { key?: { value?: unknown } }) => pair.key).find((candidate) => candidate?.value === key);
}

function readText(path: string, kind: FileKind): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw mistake(kind, [`${path}: the file cannot be read.`], cause);
  }
}

function mistake({ code, message, tryThis }: FileKind, mistakes: readonly string[], cause: unknown): ChaosError {
  return new ChaosError({ code, message: `${message} ${mistakes.join('\n  ')}`, tryThis, cause });
}
