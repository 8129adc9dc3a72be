/**
 * Go's template language, as far as it takes to see which values a chart's templates look at
 * (https://pkg.go.dev/text/template#hdr-Actions). Texts between actions are left out.
 */

/** `.a.b`, `$x.a`, `"text"`, a name of a function, or a pipeline in parentheses. A chain begins at `.`, at a variable, or at a pipeline. */
export type Operand =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'chain'; readonly from: string | Pipeline; readonly fields: readonly string[] }
  | { readonly kind: 'other' };

/** A function with its arguments, or one operand by itself. */
export type Command = readonly Operand[];

export interface Pipeline {
  /** Variables that it gives a value to: `$x :=`, `$x =`, `$key, $value :=`. */
  readonly variables: readonly string[];
  readonly commands: readonly Command[];
}

export type Node =
  | { readonly kind: 'print'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly pipeline: Pipeline;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  | { readonly kind: 'define'; readonly name: string; readonly body: readonly Node[] }
  | { readonly kind: 'call'; readonly name: string; readonly argument: Pipeline };

const ACTION = /\{\{-?\s*(\/\*[\s\S]*?\*\/|(?:"(?:\\.|[^"\\])*"|`[^`]*`|[^"`])*?)\s*-?\}\}/g;
const TOKEN =
  /"(?:\\.|[^"\\])*"|`[^`]*`|'(?:\\.|[^'\\])*'|:=|=|\||\(|\)(?:\.[A-Za-z_]\w*)*|,|\$?[\w]*(?:\.[A-Za-z_]\w*)+|\$\w*|\.|[^\s()|,]+/g;
const NAME = /^[A-Za-z_]\w*$/;

/** What a template says, without its texts. Never throws: what is not understood is left out, or read as something unknown. */
export function parseTemplate(text: string): readonly Node[] {
  const actions = [...text.matchAll(ACTION)]
    .map(([, inside = '']) => inside)
    .filter((inside) => !inside.startsWith('/*'));
  return new Reader(actions).block();
}

const CONTROL = new Set(['if', 'with', 'range', 'define', 'block', 'template']);

class Reader {
  private at = 0;
  private readonly actions: readonly string[];

  constructor(actions: readonly string[]) {
    this.actions = actions;
  }

  /** Nodes up to the `end` or `else` that closes the block, or to the end of the file. */
  block(): readonly Node[] {
    const nodes: Node[] = [];
    for (let action = this.actions[this.at]; action !== undefined; action = this.actions[this.at]) {
      if (/^(end|else)\b/.test(action)) break;
      this.at += 1;
      nodes.push(...this.node(action));
    }
    return nodes;
  }

  private node(action: string): readonly Node[] {
    const [, word = '', rest = ''] = /^(\w+)\b\s*([\s\S]*)$/.exec(action) ?? [];
    if (word === 'break' || word === 'continue') return [];
    if (!CONTROL.has(word)) return [{ kind: 'print', pipeline: parsePipeline(action) }];
    const [, name = '', argument = ''] = /^"([^"]*)"\s*([\s\S]*)$/.exec(rest) ?? [];
    const call: Node = { kind: 'call', name, argument: parsePipeline(argument) };
    if (word === 'template') return [call];
    const body = this.block();
    if (word === 'define' || word === 'block') {
      this.at += 1;
      return [{ kind: 'define', name, body }, ...(word === 'block' ? [call] : [])];
    }
    const otherwise = this.otherwise();
    return word === 'if' || word === 'with' || word === 'range'
      ? [{ kind: word, pipeline: parsePipeline(rest), body, otherwise }]
      : [];
  }

  /** `{{ else }}`, `{{ else if … }}`, `{{ else with … }}`, and the `end` after them. */
  private otherwise(): readonly Node[] {
    const closing = this.actions[this.at] ?? 'end';
    this.at += 1;
    if (!closing.startsWith('else')) return [];
    const further = closing.slice('else'.length).trim();
    // `else if` has no `end` of its own: reading its node takes the one that closes both.
    if (further !== '') return this.node(further);
    const nodes = this.block();
    this.at += 1;
    return nodes;
  }
}

/** `$x := index .Values "a" | default "b"`. */
export function parsePipeline(text: string): Pipeline {
  const tokens = [...text.matchAll(TOKEN)].map(([token]) => token);
  return pipelineOf(tokens);
}

function pipelineOf(tokens: readonly string[]): Pipeline {
  const assigned = tokens.findIndex((token, index) => (token === ':=' || token === '=') && index <= 3);
  const isAssignment =
    assigned > 0 && tokens.slice(0, assigned).every((token) => token === ',' || token.startsWith('$'));
  const variables = isAssignment ? tokens.slice(0, assigned).filter((token) => token !== ',') : [];
  return { variables, commands: splitAt(tokens.slice(isAssignment ? assigned + 1 : 0), '|').map(commandOf) };
}

/** Splits where the separator stands outside of parentheses. */
function splitAt(tokens: readonly string[], separator: string): string[][] {
  const parts: string[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token === '(') depth += 1;
    if (token.startsWith(')')) depth -= 1;
    if (depth === 0 && token === separator) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

function commandOf(tokens: readonly string[]): Command {
  const operands: Operand[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? '';
    if (token !== '(') {
      operands.push(operandOf(token));
      continue;
    }
    const closes = closingOf(tokens, at);
    const fields = (tokens[closes] ?? ')')
      .slice(1)
      .split('.')
      .filter((field) => field !== '');
    operands.push({ kind: 'chain', from: pipelineOf(tokens.slice(at + 1, closes)), fields });
    at = closes;
  }
  return operands;
}

function closingOf(tokens: readonly string[], opens: number): number {
  let depth = 0;
  for (let at = opens; at < tokens.length; at += 1) {
    if (tokens[at] === '(') depth += 1;
    if (tokens[at]?.startsWith(')') === true) depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length;
}

function operandOf(token: string): Operand {
  if (/^["`]/.test(token)) return { kind: 'text', text: token.slice(1, -1) };
  if (token.startsWith('.'))
    return { kind: 'chain', from: '.', fields: token.split('.').filter((field) => field !== '') };
  if (token.startsWith('$')) {
    const [variable = '$', ...fields] = token.split('.');
    return { kind: 'chain', from: variable, fields };
  }
  if (/^\d+$/.test(token)) return { kind: 'text', text: token };
  return NAME.test(token) ? { kind: 'function', name: token } : { kind: 'other' };
}
