import { renderAll } from '../harness/reporters/index.ts';
import { longRun } from '../harness/reporters/testing/sample-run.ts';
import { parseRecord } from '../harness/store/record-reader.ts';
import type { BenchOptions } from './main.ts';
import { formatSpread, spreadOf } from './spread.ts';
import { formatTable } from './table.ts';

/** How long the reports of a long run take to render, and how large they are. */
export async function benchReport({ quick }: BenchOptions): Promise<void> {
  const runs = quick ? 2 : 9;
  const { journal, events } = longRun();
  const samples = events.filter(({ type }) => type === 'sample').length;
  const record = Buffer.from(events.map((event) => JSON.stringify(event)).join('\n'), 'utf8');
  const read = Array.from({ length: runs }, () => {
    const from = performance.now();
    parseRecord(record);
    return performance.now() - from;
  });
  const took: number[] = [];
  let sizes: string[][] = [];
  for (let nth = 0; nth < runs; nth += 1) {
    const from = performance.now();
    const files = renderAll(journal, events);
    took.push(performance.now() - from);
    sizes = files.map(({ file, content }) => [file, `${(Buffer.byteLength(content) / 1000).toFixed(0)} kB`]);
  }
  console.log(`a run of ${samples} samples, ${events.length} events; first rendering ${took[0]?.toFixed(0)} ms`);
  console.log(`its record read, min / median / max of ${runs}: ${formatSpread(spreadOf(read), 0, 'ms')}`);
  console.log(`all reports, min / median / max of ${runs}: ${formatSpread(spreadOf(took), 0, 'ms')}`);
  console.log(formatTable([['file', 'size'], ...sizes]));
}
