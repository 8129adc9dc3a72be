import type { AttemptFacts, FailureFacts, JobFacts } from '../../core/airbyte-look.ts';

/** What one attempt is, in the API's own whole seconds. */
export interface AttemptSeconds extends Omit<AttemptFacts, 'createdAt' | 'updatedAt' | 'endedAt'> {
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt: number | undefined;
}

export interface JobSeconds {
  readonly id: number;
  readonly connectionId: string;
  readonly type: string;
  readonly status: string;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly updatedAt: number;
  readonly attempts: readonly AttemptSeconds[];
}

/** Whole numbers of a row, by their place in it; seconds fit until 2038. The second half is of the job's only attempt. */
const Column = {
  connection: 0,
  type: 1,
  status: 2,
  created: 3,
  started: 4,
  updated: 5,
  attempts: 6,
  number: 7,
  attemptStatus: 8,
  attemptCreated: 9,
  attemptUpdated: 10,
  attemptEnded: 11,
} as const;
const WIDTH = 12;
/** Numbers of a row that may be larger. */
const Large = { id: 0, emitted: 1, committed: 2, rejected: 3, bytes: 4 } as const;
const LARGE_WIDTH = 5;
const NOT_TOLD = -1;
/** Rows that are made room for at once: growing needs no copy. */
const BLOCK_ROWS = 4096;
const NO_FAILURES: readonly FailureFacts[] = [];

/**
 * Jobs by their id, kept outside of the heap: there may be hundreds of thousands, and as objects they would be copied by the garbage collector again and again,
 * which then takes three times the memory. Nearly all have one attempt without a failure, which fits into the row; the others are kept beside it.
 */
export class JobTable {
  readonly #blocks: { readonly small: Int32Array; readonly large: Float64Array }[] = [];
  readonly #rowOf = new Map<number, number>();
  readonly #words: string[] = [];
  readonly #wordAt = new Map<string, number>();
  readonly #odd = new Map<number, readonly AttemptFacts[]>();

  /** A job that is there already is replaced, since what was read later is newer; attempts of it that are not named again are kept: a page may hold a job in part. */
  set(read: JobSeconds): void {
    const row = this.#rowOf.get(read.id) ?? this.#rowOf.size;
    const job = this.#rowOf.has(read.id) ? { ...read, attempts: this.#joined(row, read.attempts) } : read;
    this.#rowOf.set(job.id, row);
    if (row >= this.#blocks.length * BLOCK_ROWS) {
      const large = new Float64Array(BLOCK_ROWS * LARGE_WIDTH);
      this.#blocks.push({ small: new Int32Array(BLOCK_ROWS * WIDTH), large });
    }
    this.#writeLarge(row, Large.id, job.id);
    this.#write(row, Column.connection, this.#word(job.connectionId));
    this.#write(row, Column.type, this.#word(job.type));
    this.#write(row, Column.status, this.#word(job.status));
    this.#write(row, Column.created, job.createdAt);
    this.#write(row, Column.started, job.startedAt);
    this.#write(row, Column.updated, job.updatedAt);
    this.#write(row, Column.attempts, job.attempts.length);
    const [only] = job.attempts;
    if (job.attempts.length > 1 || (only !== undefined && only.failures.length > 0)) {
      this.#odd.set(row, job.attempts.map(toMillis));
      return;
    }
    this.#odd.delete(row);
    if (only !== undefined) this.#writeAttempt(row, only);
  }

  /** Every job, in the order in which they came. */
  rows(): readonly JobFacts[] {
    return Array.from({ length: this.#rowOf.size }, (_, row) => new Row(this, row));
  }

  word(row: number, column: number): string {
    return this.#words[this.number(row, column)] ?? '';
  }

  number(row: number, column: number): number {
    return this.#blocks[Math.floor(row / BLOCK_ROWS)]?.small[(row % BLOCK_ROWS) * WIDTH + column] ?? NOT_TOLD;
  }

  large(row: number, column: number): number | undefined {
    const cells = this.#blocks[Math.floor(row / BLOCK_ROWS)]?.large;
    const value = cells?.[(row % BLOCK_ROWS) * LARGE_WIDTH + column] ?? Number.NaN;
    return Number.isNaN(value) ? undefined : value;
  }

  /** Milliseconds, of seconds that may not be told. */
  moment(row: number, column: number): number | undefined {
    const seconds = this.number(row, column);
    return seconds === NOT_TOLD ? undefined : seconds * 1000;
  }

  attempts(row: number): readonly AttemptFacts[] {
    const odd = this.#odd.get(row);
    if (odd !== undefined) return odd;
    if (this.number(row, Column.attempts) === 0) return [];
    return [
      {
        number: this.number(row, Column.number),
        status: this.word(row, Column.attemptStatus),
        createdAt: this.number(row, Column.attemptCreated) * 1000,
        updatedAt: this.number(row, Column.attemptUpdated) * 1000,
        endedAt: this.moment(row, Column.attemptEnded),
        recordsEmitted: this.large(row, Large.emitted),
        recordsCommitted: this.large(row, Large.committed),
        recordsRejected: this.large(row, Large.rejected),
        bytes: this.large(row, Large.bytes),
        failures: NO_FAILURES,
      },
    ];
  }

  #joined(row: number, newer: readonly AttemptSeconds[]): readonly AttemptSeconds[] {
    const kept = this.attempts(row).filter(({ number }) => !newer.some((attempt) => attempt.number === number));
    return kept.length === 0 ? newer : [...kept.map(toSeconds), ...newer].toSorted((a, b) => a.number - b.number);
  }

  #writeAttempt(row: number, attempt: AttemptSeconds): void {
    this.#write(row, Column.number, attempt.number);
    this.#write(row, Column.attemptStatus, this.#word(attempt.status));
    this.#write(row, Column.attemptCreated, attempt.createdAt);
    this.#write(row, Column.attemptUpdated, attempt.updatedAt);
    this.#write(row, Column.attemptEnded, attempt.endedAt);
    this.#writeLarge(row, Large.emitted, attempt.recordsEmitted);
    this.#writeLarge(row, Large.committed, attempt.recordsCommitted);
    this.#writeLarge(row, Large.rejected, attempt.recordsRejected);
    this.#writeLarge(row, Large.bytes, attempt.bytes);
  }

  #write(row: number, column: number, value: number | undefined): void {
    const cells = this.#blocks[Math.floor(row / BLOCK_ROWS)]?.small;
    if (cells !== undefined) cells[(row % BLOCK_ROWS) * WIDTH + column] = value ?? NOT_TOLD;
  }

  #writeLarge(row: number, column: number, value: number | undefined): void {
    const cells = this.#blocks[Math.floor(row / BLOCK_ROWS)]?.large;
    if (cells !== undefined) cells[(row % BLOCK_ROWS) * LARGE_WIDTH + column] = value ?? Number.NaN;
  }

  #word(text: string): number {
    const known = this.#wordAt.get(text);
    if (known !== undefined) return known;
    this.#wordAt.set(text, this.#words.length);
    return this.#words.push(text) - 1;
  }
}

function toMillis(attempt: AttemptSeconds): AttemptFacts {
  const { createdAt, updatedAt, endedAt } = attempt;
  return {
    ...attempt,
    createdAt: createdAt * 1000,
    updatedAt: updatedAt * 1000,
    endedAt: endedAt === undefined ? undefined : endedAt * 1000,
  };
}

function toSeconds(attempt: AttemptFacts): AttemptSeconds {
  const { createdAt, updatedAt, endedAt } = attempt;
  return {
    ...attempt,
    createdAt: createdAt / 1000,
    updatedAt: updatedAt / 1000,
    endedAt: endedAt === undefined ? undefined : endedAt / 1000,
  };
}

/** A job as the others know it; its numbers are read when they are asked for. */
class Row implements JobFacts {
  readonly #table: JobTable;
  readonly #row: number;

  constructor(table: JobTable, row: number) {
    this.#table = table;
    this.#row = row;
  }

  get id(): number {
    return this.#table.large(this.#row, Large.id) ?? 0;
  }
  get connectionId(): string {
    return this.#table.word(this.#row, Column.connection);
  }
  get type(): string {
    return this.#table.word(this.#row, Column.type);
  }
  get status(): string {
    return this.#table.word(this.#row, Column.status);
  }
  get createdAt(): number {
    return this.#table.number(this.#row, Column.created) * 1000;
  }
  get startedAt(): number | undefined {
    return this.#table.moment(this.#row, Column.started);
  }
  get updatedAt(): number {
    return this.#table.number(this.#row, Column.updated) * 1000;
  }
  get attempts(): readonly AttemptFacts[] {
    return this.#table.attempts(this.#row);
  }
}
