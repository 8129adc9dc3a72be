import { parseTemplate, type Command, type Node, type Operand, type Pipeline } from './template-syntax.ts';

export type Path = readonly string[];

/** One chart of a package: its own templates, and where its values are among those of the whole. */
export interface ChartTemplates {
  /** Empty for the chart itself, the name of the dependency for one inside it. */
  readonly at: Path;
  readonly templates: readonly string[];
}

/** Which values the templates look at. */
export interface ReadValues {
  /** What is read with all that is below it. */
  readonly whole: ReadonlySet<string>;
  /** What is only asked whether it is there. */
  readonly tested: ReadonlySet<string>;
}

type Value =
  | { readonly kind: 'context' }
  /** All values of the chart itself; Helm puts those under `global` into every chart. */
  | { readonly kind: 'all' }
  | { readonly kind: 'values'; readonly paths: readonly Path[] }
  | { readonly kind: 'dict'; readonly fields: ReadonlyMap<string, Value> }
  | { readonly kind: 'unknown' };

const UNKNOWN: Value = { kind: 'unknown' };
const CONTEXT: Value = { kind: 'context' };

/** Functions that hand on one of their arguments, or parts of them, as they are. */
const HANDING_ON = new Set([
  'default',
  'coalesce',
  'ternary',
  'or',
  'and',
  'deepCopy',
  'merge',
  'mergeOverwrite',
  'mustMerge',
  'mustMergeOverwrite',
  'required',
  'set',
]);
/** Functions that ask only whether something is there. */
const TESTING = new Set(['not', 'empty', 'hasKey', 'kindIs', 'kindOf', 'typeOf', 'typeIs']);

/** Reads all templates of a package. What they do with a value is not known, only that they look at it: in doubt a value counts as read. */
export function readTemplates(charts: readonly ChartTemplates[]): ReadValues {
  const whole = new Set<string>();
  const tested = new Set<string>();
  const parsed = charts.map(({ at, templates }) => ({ at, files: templates.map(parseTemplate) }));
  const defined = new Map(parsed.flatMap(({ files }) => files.flat()).flatMap((node) => definitionsIn(node)));
  for (const { at, files } of parsed) {
    const reading = new Reading({ at, defined, whole, tested });
    for (const nodes of files) reading.run(nodes, CONTEXT);
  }
  return { whole, tested };
}

function definitionsIn(node: Node): [string, readonly Node[]][] {
  return node.kind === 'define' ? [[node.name, node.body], ...node.body.flatMap(definitionsIn)] : [];
}

interface ReadingOptions {
  readonly at: Path;
  readonly defined: ReadonlyMap<string, readonly Node[]>;
  readonly whole: Set<string>;
  readonly tested: Set<string>;
}

/** Follows values through the templates of one chart. */
class Reading {
  private readonly options: ReadingOptions;
  /** What was included with the same argument before shows nothing new. */
  private readonly included = new Set<string>();

  constructor(options: ReadingOptions) {
    this.options = options;
  }

  /** Variables are kept for the whole template: one that is set again counts as either. */
  run(nodes: readonly Node[], dot: Value, variables = new Map<string, Value>([['$', dot]])): void {
    for (const node of nodes) this.follow(node, dot, variables);
  }

  private follow(node: Node, dot: Value, variables: Map<string, Value>): void {
    switch (node.kind) {
      case 'define':
        return;
      case 'call':
        this.include(node.name, this.pipeline(node.argument, dot, variables));
        return;
      case 'print': {
        const value = this.pipeline(node.pipeline, dot, variables);
        if (node.pipeline.variables.length === 0) this.use(value);
        return;
      }
      case 'if':
      case 'with':
      case 'range': {
        const value = this.pipeline(node.pipeline, dot, variables);
        if (node.kind === 'range') this.use(value);
        else this.test(value);
        const inside = node.kind === 'if' ? dot : node.kind === 'with' ? value : UNKNOWN;
        this.run(node.body, inside, variables);
        this.run(node.otherwise, dot, variables);
        return;
      }
      default:
        node satisfies never;
    }
  }

  private pipeline({ variables: names, commands }: Pipeline, dot: Value, variables: Map<string, Value>): Value {
    let value: Value | undefined;
    for (const command of commands) value = this.command(command, value, dot, variables);
    const result = value ?? UNKNOWN;
    for (const name of names) variables.set(name, either([variables.get(name) ?? UNKNOWN, result]));
    return result;
  }

  private command(command: Command, piped: Value | undefined, dot: Value, variables: Map<string, Value>): Value {
    const [first, ...rest] = command;
    if (first === undefined) return piped ?? UNKNOWN;
    const valueOf = (operand: Operand): Value => this.operand(operand, dot, variables);
    if (first.kind !== 'function') return valueOf(first);
    const values = [...rest.map(valueOf), ...(piped === undefined ? [] : [piped])];
    return this.call(first.name, rest, values);
  }

  private call(name: string, operands: readonly Operand[], values: readonly Value[]): Value {
    const texts = operands.map((operand) => (operand.kind === 'text' ? operand.text : undefined));
    const [first = UNKNOWN] = values;
    const last = values.at(-1) ?? UNKNOWN;
    if (name === 'include') {
      this.include(texts[0] ?? '', values[1] ?? UNKNOWN);
      return UNKNOWN;
    }
    if (name === 'index' || name === 'get') return this.below(first, texts.slice(1));
    // The last two are what it gives when there is nothing, and where to look.
    if (name === 'dig') return this.below(last, texts.slice(0, values.length - 2));
    if (name === 'dict') return dictOf(texts, values);
    if (name === 'tuple' || name === 'list')
      return { kind: 'dict', fields: new Map(values.map((value, at) => [String(at), value])) };
    if (TESTING.has(name)) {
      if (name === 'hasKey') this.test(this.below(first, texts.slice(1)));
      for (const value of values) this.test(value);
      return UNKNOWN;
    }
    if (HANDING_ON.has(name)) {
      if (name === 'ternary') this.test(last);
      return either(values);
    }
    for (const value of values) this.use(value);
    return UNKNOWN;
  }

  private operand(operand: Operand, dot: Value, variables: Map<string, Value>): Value {
    if (operand.kind === 'function' || operand.kind === 'text' || operand.kind === 'other') return UNKNOWN;
    const { from, fields } = operand;
    const base =
      from === '.'
        ? dot
        : typeof from === 'string'
          ? (variables.get(from) ?? UNKNOWN)
          : this.pipeline(from, dot, variables);
    return this.below(base, fields);
  }

  /** What is at these keys of it; with a key that is only known when it runs, all of it. */
  private below(value: Value, keys: readonly (string | undefined)[]): Value {
    let at = value;
    for (const key of keys) {
      if (key === undefined) {
        this.use(at);
        return UNKNOWN;
      }
      at = this.child(at, key);
    }
    return at;
  }

  private child(value: Value, key: string): Value {
    switch (value.kind) {
      case 'context':
      case 'unknown':
        // Contexts are handed about under many names: what has values is one.
        return key === 'Values' ? { kind: 'all' } : UNKNOWN;
      case 'all':
        return { kind: 'values', paths: this.pathsOf(key) };
      case 'values':
        return { kind: 'values', paths: value.paths.map((path) => [...path, key]) };
      case 'dict':
        return value.fields.get(key) ?? UNKNOWN;
      default:
        return value satisfies never;
    }
  }

  /** A chart inside another has under `global` what is global, and what is set as `global` of its own. */
  private pathsOf(key: string): readonly Path[] {
    const own = [...this.options.at, key];
    return key === 'global' && this.options.at.length > 0 ? [['global'], own] : [own];
  }

  private include(name: string, argument: Value): void {
    const body = this.options.defined.get(name);
    const seen = `${name} ${describe(argument)}`;
    if (body === undefined || this.included.has(seen)) {
      if (body === undefined) this.use(argument);
      return;
    }
    this.included.add(seen);
    this.run(body, argument);
  }

  private use(value: Value): void {
    if (value.kind === 'all') this.options.whole.add(JSON.stringify(this.options.at));
    if (value.kind === 'values') for (const path of value.paths) this.options.whole.add(JSON.stringify(path));
    if (value.kind === 'dict') for (const field of value.fields.values()) this.use(field);
  }

  private test(value: Value): void {
    if (value.kind === 'values') for (const path of value.paths) this.options.tested.add(JSON.stringify(path));
  }
}

function dictOf(texts: readonly (string | undefined)[], values: readonly Value[]): Value {
  const fields = new Map<string, Value>();
  for (let at = 0; at + 1 < values.length; at += 2) {
    const [key, value] = [texts[at], values[at + 1]];
    if (key !== undefined && value !== undefined) fields.set(key, value);
  }
  return { kind: 'dict', fields };
}

/** One of these, and it is not known which. */
function either(values: readonly Value[]): Value {
  const known = values.filter(({ kind }) => kind !== 'unknown');
  const [only] = known;
  if (known.length === 1 && only !== undefined) return only;
  const paths = known.flatMap((value) => (value.kind === 'values' ? value.paths : []));
  const unique = new Map(paths.map((path) => [JSON.stringify(path), path]));
  if (unique.size > 0) return { kind: 'values', paths: [...unique.values()] };
  return only ?? UNKNOWN;
}

function describe(value: Value): string {
  if (value.kind === 'dict') return `{${[...value.fields].map(([key, one]) => `${key}:${describe(one)}`).join()}}`;
  return value.kind === 'values' ? JSON.stringify(value.paths) : value.kind;
}
