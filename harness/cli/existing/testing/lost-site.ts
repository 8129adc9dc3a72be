/** A site that a run takes away and recovers: an Airbyte on a real API server, whose own API is a process that the operator's commands end and start. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect } from 'vitest';
import { freePorts } from '../../../platforms/cluster/testing/free-ports.ts';
import { airbyteObjects, manifestOf } from '../../../profiles/testing/airbyte-objects.ts';
import type { DiscoverPlace } from '../../testing/discover-place.ts';
import { makeWorkplace, runForJournal, type Workplace } from '../../testing/run-chaos.ts';

const NAMESPACE = 'airbyte';
const CONNECTION = '11111111-2222-4333-8444-555555555555';
const OTHER = '99999999-2222-4333-8444-555555555555';
const SECRET = 'canary-of-the-vault';
const SITE = fileURLToPath(new URL('stand-in-site.ts', import.meta.url));
const RESTORE = `require('node:fs').appendFileSync('ran', 'database\\n'); console.log('token ' + process.env.VAULT_TOKEN)`;

/** Part of a configuration: a new sync of a connection that is there. */
export const TRAFFIC = `traffic: {connection: ${CONNECTION}, startSync: true}\n`;

export interface SiteSettings {
  /** The script of the first step. */
  readonly first?: string;
  /** What the second step starts: `restored`, `lossy`. */
  readonly state?: string;
  /** A person takes it away. */
  readonly byHand?: boolean;
  /** The recovered site is at another address. */
  readonly elsewhere?: boolean;
  /** The script that brings the original back, instead of what does so. */
  readonly restore?: string;
  /** Lines of `recovery`. */
  readonly recovery?: string;
  readonly more?: string;
  /** A connection has an interval that is over about a minute after the beginning; whether the recovered site makes its job. */
  readonly schedule?: 'fires' | 'silent';
}

export interface LostSite {
  readonly work: Workplace;
  readonly config: string;
  /** A file of its own. */
  at(name: string): string;
  /** Whether the original answers. */
  health(): Promise<boolean>;
  configure(settings?: SiteSettings): Promise<void>;
  context(): string;
  words(...more: readonly string[]): readonly string[];
  run(...more: readonly string[]): ReturnType<typeof runForJournal>;
  /** As a command of the operator would. */
  act(verb: 'start' | 'stop', ...state: readonly string[]): Promise<void>;
  /** The command line of the site that runs. */
  original(): string;
  /** Nothing that was written says the secret. */
  noSecret(): void;
  remove(): Promise<void>;
}

export async function fillPlace(place: DiscoverPlace): Promise<void> {
  await place.fill(NAMESPACE, manifestOf(airbyteObjects()));
}

/** A script as the words of a command. */
export function node(script: string): string {
  return JSON.stringify([process.execPath, '-e', script]);
}

/** An original that runs, and the states that it can be recovered to. */
export async function lostSite(place: DiscoverPlace): Promise<LostSite> {
  const work = makeWorkplace();
  work.environment['VAULT_TOKEN'] = SECRET;
  const [port = 0, other = 0] = await freePorts(2);
  const at = (name: string): string => join(work.dir, name);
  const config = at('chaos.config.yaml');
  const now = Math.floor(Date.now() / 1000);
  const jobs = [1, 2, 3].map((id) => ({ id, connectionId: id === 3 ? OTHER : CONNECTION, createdAt: now - 7200 + id }));
  const state = { connections: [CONNECTION, OTHER], jobs };
  writeFileSync(at('port'), String(port));
  writeFileSync(at('original.json'), JSON.stringify(state));
  writeFileSync(at('restored.json'), JSON.stringify(state));
  writeFileSync(at('lossy.json'), JSON.stringify({ connections: [CONNECTION], jobs: jobs.slice(0, 1) }));
  const act: LostSite['act'] = async (verb, ...more) => {
    await execa(process.execPath, [SITE, verb, work.dir, ...more]);
  };
  await act('start', 'original');

  const command = (...words: readonly string[]): string =>
    JSON.stringify([process.execPath, SITE, words[0], '.', ...words.slice(1)]);
  const context = (): string => /context: (\S+)/.exec(readFileSync(config, 'utf8'))?.[1] ?? '';
  const words: LostSite['words'] = (...more) => [
    'cluster_failure',
    '--platform',
    'cluster',
    '--config',
    config,
    ...more,
  ];
  return {
    work,
    config,
    at,
    act,
    context,
    words,
    health: async () =>
      fetch(`http://127.0.0.1:${port}/api/v1/health`).then(
        (answer) => answer.ok,
        () => false,
      ),
    async configure({
      first = RESTORE,
      state: to = 'restored',
      byHand,
      elsewhere,
      restore,
      recovery = '',
      more = '',
      schedule,
    } = {}) {
      if (schedule !== undefined) {
        const scheduled = { ...state, everyMinutes: { [OTHER]: 121 } };
        writeFileSync(at('original.json'), JSON.stringify(scheduled));
        writeFileSync(at('restored.json'), JSON.stringify({ ...scheduled, isScheduling: schedule === 'fires' }));
        await act('stop');
        await act('start', 'original');
      }
      const where = ['--kubeconfig', place.server.kubeconfig, '--namespace', NAMESPACE];
      const what = ['--api', `http://127.0.0.1:${port}`, '--allow', 'cluster_failure', '--components', 'server'];
      const { exitCode, stderr } = await place.chaos(work.dir, 'init', ...where, ...what);
      if (exitCode !== 0) throw new Error(stderr);
      const written = readFileSync(config, 'utf8').replace(/credentials:\n {2}api:\n.*\n.*\n/, '');
      if (elsewhere === true) writeFileSync(at(`port.${to}`), String(other));
      const endpoint = elsewhere === true ? `  endpoint: http://127.0.0.1:${other}\n` : '';
      const taking = byHand === true ? '' : `  break: {within: 1m, command: ${command('stop')}}\n`;
      const original =
        restore === undefined
          ? `    - {within: 1m, command: ${command('stop')}}\n    - {within: 1m, command: ${command('start', 'original')}}\n`
          : `    - {within: 1m, command: ${node(restore)}}\n`;
      writeFileSync(
        config,
        `${written}
recovery:
  env: [VAULT_TOKEN]
${taking}${endpoint}${recovery}  steps:
    - {id: database, title: Restore the database, owner: DBA, within: 5m, command: ${node(first)}}
    - {id: deploy, title: Deploy Airbyte, within: 1m, command: ${command('start', to)}}
  restoreOriginal:
${original}${more}`,
      );
    },
    run: async (...more) => runForJournal(work, words('--confirm', context(), ...more)),
    original: () => readFileSync(`/proc/${readFileSync(at('pid'), 'utf8')}/cmdline`, 'utf8').replaceAll('\0', ' '),
    noSecret() {
      for (const file of readdirSync(work.dir, { recursive: true, encoding: 'utf8' })) {
        const path = at(file);
        if (!/\.(json|ndjson|html|xml|md|log)$/.test(file) || !existsSync(path)) continue;
        expect(readFileSync(path, 'utf8'), file).not.toContain('canary');
      }
    },
    async remove() {
      await act('stop');
      work.remove();
    },
  };
}
