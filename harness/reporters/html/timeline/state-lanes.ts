import type { EventOf } from '../../../core/events.ts';
import { formatMany } from '../../measurement.ts';
import { select, type RecordView } from '../../record-view.ts';
import type { MarkupValue } from '../markup.ts';
import { bar, type Lane } from './lane.ts';
import type { TimeAxis } from './time-axis.ts';

type ComponentEvent = EventOf<'component'>;

const MOST_LANES = 24;

/** The instances whose state changed in the window, each as a lane; the others in one sentence. */
export function componentLanes(record: RecordView, axis: TimeAxis): { lanes: Lane[]; remark: string } {
  const histories = historiesUntil(select(record.others, 'component'), axis.endMs);
  const changed: Lane[] = [];
  const steady: string[] = [];
  for (const [instance, history] of histories) {
    if (isSteady(history, axis)) steady.push(instance);
    else changed.push(componentLane(instance, history, axis));
  }
  const left = changed.length - MOST_LANES;
  const remarks = [
    left > 0 ? `${formatMany(left, 'more instance')} changed and ${left === 1 ? 'is' : 'are'} not drawn.` : '',
    steady.length > 0 ? `${formatMany(steady.length, 'instance')} stayed ready throughout: ${steady.join(', ')}.` : '',
  ];
  return { lanes: changed.slice(0, MOST_LANES), remark: remarks.filter((text) => text !== '').join(' ') };
}

function historiesUntil(events: readonly ComponentEvent[], endMs: number): Map<string, ComponentEvent[]> {
  const histories = new Map<string, ComponentEvent[]>();
  for (const event of events) {
    if (event.t > endMs) continue;
    const history = histories.get(event.instance);
    if (history === undefined) histories.set(event.instance, [event]);
    else if (!isDrawnAlready(event, history.at(-1))) history.push(event);
  }
  return histories;
}

/** Whether a Service leads to a pod changes beside its state, and is not drawn: the bar of the state goes on. */
function isDrawnAlready(event: ComponentEvent, before: ComponentEvent | undefined): boolean {
  if (event.uid === undefined || before === undefined) return false;
  const fields = ['uid', 'incarnation', 'state', 'ready', 'detail'] as const;
  return fields.every((field) => event[field] === before[field]);
}

function isSteady(history: readonly ComponentEvent[], axis: TimeAxis): boolean {
  const before = history.findLast((event) => event.t <= axis.startMs);
  const inside = history.filter((event) => event.t > axis.startMs);
  return before !== undefined && [before, ...inside].every((event) => event.state === 'running' && event.ready);
}

function componentLane(instance: string, history: readonly ComponentEvent[], axis: TimeAxis): Lane {
  const visible = history.filter((_, n) => (history[n + 1]?.t ?? Infinity) > axis.startMs);
  const states = visible.map((event) => describe(event));
  const content = visible.map((event, n): MarkupValue => {
    const { word, className } = describe(event);
    const title = `${instance} ${word}${event.detail === undefined ? '' : ` (${event.detail})`}`;
    return bar(axis, { fromMs: event.t, toMs: visible[n + 1]?.t ?? axis.endMs, className, title, label: word });
  });
  return {
    label: instance,
    heightPx: 24,
    sentence: `${instance}: ${states.map((state) => state.word).join(', then ')}.`,
    content,
  };
}

function describe(event: ComponentEvent): { word: string; className: string } {
  switch (event.state) {
    case 'running':
      return event.ready ? { word: 'ready', className: 'ready' } : { word: 'running, not ready', className: 'waiting' };
    case 'pending':
    case 'starting':
      return { word: event.state, className: 'waiting' };
    case 'exited':
      return { word: 'exited', className: 'down' };
    case 'backoff':
      return { word: 'waiting to be restarted', className: 'down' };
    case 'stopped':
      return { word: 'stopped', className: 'stopped' };
    default:
      return event.state satisfies never;
  }
}

/** Who led each component that elects a leader. */
export function leaderLanes(record: RecordView, axis: TimeAxis): Lane[] {
  const events = select(record.others, 'leader').filter((event) => event.t <= axis.endMs);
  const components = [...new Set(events.map((event) => event.component))];
  return components.map((component) => {
    const terms = events.filter((event) => event.component === component);
    return {
      label: component,
      heightPx: 24,
      sentence: `Leader of ${component}: ${terms.map((event) => event.holder).join(', then ')}.`,
      content: terms.map((event, n) => {
        const title = `${event.holder} leads ${component}${event.term === undefined ? '' : `, term ${event.term}`}`;
        const className = n % 2 === 0 ? 'leader' : 'leader is-other';
        const toMs = terms[n + 1]?.start ?? axis.endMs;
        return bar(axis, { fromMs: event.start, toMs, className, title, label: event.holder });
      }),
    };
  });
}
