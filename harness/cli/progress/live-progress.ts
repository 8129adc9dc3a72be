import { stripVTControlCharacters } from 'node:util';
import type { RunEvent } from '../../core/events.ts';
import type { Progress } from './plain-progress.ts';
import { withoutRepeats } from './sentences.ts';

const REDRAW_EVERY_MS = 250;
const PHASE_NAMES = ['provision', 'steady-state', 'workload', 'fault', 'recovery', 'verification', 'teardown'] as const;

/** The part of a terminal that is needed here. */
export interface Screen {
  write(text: string): unknown;
  readonly columns?: number | undefined;
}

/** What has happened scrolls by; below it stand the phases, the components and the sync, redrawn four times a second. */
export function liveProgress(screen: Screen): Progress {
  const sentence = withoutRepeats();
  const startedAt = performance.now();
  const ready = new Map<string, Map<string, boolean>>();
  let phase: (typeof PHASE_NAMES)[number] | undefined;
  let delivered = '';
  let drawnLines = 0;

  const erase = (): void => {
    if (drawnLines > 0) screen.write(`\u001B[${drawnLines}A\u001B[0J`);
    drawnLines = 0;
  };
  const draw = (): void => {
    erase();
    const width = (screen.columns ?? 100) - 1;
    const lines = ['', phaseLine(phase, performance.now() - startedAt), componentLine(ready), delivered].filter(
      (line, index) => index === 0 || line !== '',
    );
    for (const line of lines) screen.write(`${fit(line, width)}\n`);
    drawnLines = lines.length;
  };
  const timer = setInterval(draw, REDRAW_EVERY_MS);

  return {
    show(event) {
      if (event.type === 'phase') phase = event.name;
      if (event.type === 'component') {
        const instances = ready.get(event.component) ?? new Map<string, boolean>();
        ready.set(event.component, instances.set(event.instance, event.ready));
      }
      if (event.type === 'delivery') delivered = `  delivered ${event.rows.toLocaleString('en-US')} records`;
      const text = sentence(event);
      if (text === undefined) return;
      erase();
      screen.write(`${timeOf(event)} ${text}\n`);
      draw();
    },
    close() {
      clearInterval(timer);
      erase();
    },
  };
}

function timeOf(event: RunEvent): string {
  return `\u001B[2m${(event.t / 1000).toFixed(1).padStart(6)} s\u001B[0m`;
}

function phaseLine(current: (typeof PHASE_NAMES)[number] | undefined, elapsedMs: number): string {
  const at = current === undefined ? -1 : PHASE_NAMES.indexOf(current);
  const names = PHASE_NAMES.map((name, index) => {
    if (index < at) return `\u001B[2m✓ ${name}\u001B[0m`;
    return index === at ? `\u001B[1m● ${name}\u001B[0m` : `\u001B[2m○ ${name}\u001B[0m`;
  });
  return `  ${(elapsedMs / 1000).toFixed(0)} s  ${names.join('  ')}`;
}

function componentLine(ready: ReadonlyMap<string, ReadonlyMap<string, boolean>>): string {
  const parts = [...ready].map(([component, instances]) => {
    const up = [...instances.values()].filter(Boolean).length;
    const text = `${component} ${up}/${instances.size}`;
    return up === instances.size ? text : `\u001B[1;33m${text}!\u001B[0m`;
  });
  return parts.length === 0 ? '' : `  ${parts.join('  ')}`;
}

/** Cuts by what is seen: control sequences take no room. A line that must be cut loses its colours. */
function fit(line: string, width: number): string {
  const seen = stripVTControlCharacters(line);
  return seen.length <= width ? line : `${seen.slice(0, Math.max(0, width - 1))}…`;
}
