import { catalogue } from '../../scenarios/index.ts';
import { whyNoBasic } from '../core/http-basic.ts';
import { clusterConfigSchema, type ClusterConfig } from '../platforms/cluster/cluster-config.ts';
import type { Reference } from '../platforms/cluster/config-reference.ts';
import { renderJsonSchema } from '../reporters/schema.ts';
import { resolvePhrase } from './monitor/credentials.ts';
import { suggestion } from './settings.ts';
import { readYamlFile } from './yaml-file.ts';

/** With scenarios that there are: one that is misspelled would never run, and nobody would know why; and with what HTTP Basic can carry, where it is at hand. */
const schema = clusterConfigSchema.check(({ value, issues }) => {
  const known = Object.keys(catalogue);
  for (const [index, name] of value.allow.scenarios.entries()) {
    if (known.includes(name)) continue;
    const message = `there is no scenario "${name}". ${suggestion(name, known).replace(/\.$/, '')}`;
    issues.push({ code: 'custom', path: ['allow', 'scenarios', index], message, input: name });
  }
  for (const part of ['username', 'password'] as const) {
    const found = atHand(value.credentials.api?.[part]);
    const why = found === undefined ? undefined : whyNoBasic(part, found);
    if (why === undefined) continue;
    const path = ['credentials', 'api', part];
    issues.push({ code: 'custom', path, message: `what is there ${why}`, input: undefined });
  }
});

/** What a reference stands for on this machine; undefined where it is not here, as the variables of a run are not where its configuration is checked. */
function atHand(reference: Reference | undefined): string | undefined {
  const { env, file } = reference ?? {};
  if (env === undefined && file === undefined) return undefined;
  try {
    return resolvePhrase('', env === undefined ? `file:${file}` : `env:${env}`);
  } catch {
    return undefined;
  }
}

/**
 * Reads `chaos.config.yaml`.
 * @throws ChaosError `config` with every mistake at its line and column.
 */
export async function readClusterConfig(path: string): Promise<ClusterConfig> {
  return readYamlFile(path, schema, {
    code: 'config',
    message: 'The configuration of the cluster cannot be used.',
    tryThis: 'npm run chaos -- init writes one; docs/chaos.config.schema.json describes it, also to editors.',
  });
}

/** The JSON Schema of `chaos.config.yaml`, as it is published in `docs/chaos.config.schema.json`. */
export function renderConfigSchema(): string {
  return renderJsonSchema(clusterConfigSchema, {
    title: 'Configuration of an existing cluster',
    description: 'chaos.config.yaml: what may be broken in it. Nothing that is not named here is touched.',
    io: 'input',
  });
}
