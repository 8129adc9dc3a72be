import type { Component } from '../component.ts';
import type { Container } from '../objects/container.ts';
import type { Workload } from '../objects/workload.ts';
import { airbyteImage, parseImage } from './image.ts';
import { REFERENCE_LABEL, REFERENCE_NAMES, SIGNATURES, type Signature } from './signatures.ts';

/** Kinds of evidence that can be wrong independently of each other: each is set in another place of a chart. */
export type EvidenceKind = 'name-label' | 'airbyte-label' | 'chart' | 'container' | 'image' | 'port' | 'address';

/** One trait of a workload that speaks for a component. */
export interface Evidence {
  readonly component: Component;
  readonly kind: EvidenceKind;
  /** For people: `label app.kubernetes.io/name=server`. */
  readonly says: string;
  /** Whether it also says that this is Airbyte's: a label `server` or a port 8001 could be anybody's. */
  readonly isAirbytes: boolean;
}

/** Where the addresses in the environment of Airbyte's own components lead: names of variables, by the workload that is behind them. */
export type Addressed = ReadonlyMap<Workload, readonly string[]>;

/** Everything about a workload that speaks for any component. */
export function gatherEvidence(workload: Workload, release: string | undefined, addressed: Addressed): Evidence[] {
  const reference = referenceEvidence(workload);
  if (reference.length > 0) return reference;
  const variables = addressed.get(workload) ?? [];
  return SIGNATURES.flatMap((signature) => [
    ...labelEvidence(signature, workload, release),
    ...once(workload.containers.flatMap((container) => containerEvidence(signature, container))),
    ...addressEvidence(signature, variables),
  ]);
}

function labelEvidence({ component, names }: Signature, workload: Workload, release: string | undefined): Evidence[] {
  const found: Evidence[] = [];
  const labels = { ...workload.labels, ...workload.podLabels };
  const name = labels['app.kubernetes.io/name'];
  if (name !== undefined && names.includes(plainName(name, release))) {
    found.push({ component, kind: 'name-label', says: `label app.kubernetes.io/name=${name}`, isAirbytes: false });
  }
  const airbyte = labels['airbyte'];
  if (airbyte !== undefined && names.includes(plainName(airbyte, release))) {
    found.push({ component, kind: 'airbyte-label', says: `label airbyte=${airbyte}`, isAirbytes: true });
  }
  const chart = labels['helm.sh/chart'];
  const [, chartName] = /^(.+?)-\d+\./.exec(chart ?? '') ?? [];
  if (chartName !== undefined && names.includes(plainName(chartName, release))) {
    found.push({ component, kind: 'chart', says: `chart ${chart}`, isAirbytes: false });
  }
  return found;
}

function containerEvidence(signature: Signature, { name, image, ports }: Container): Evidence[] {
  const { component, names } = signature;
  const found: Evidence[] = [];
  const [, isAirbytes, plain = ''] = /^(airbyte-)?(.+?)(?:-container)?$/.exec(name) ?? [];
  if (names.includes(plain) && (isAirbytes !== undefined || plain.includes('-'))) {
    found.push({ component, kind: 'container', says: `container ${name}`, isAirbytes: isAirbytes !== undefined });
  }
  const reference = parseImage(image);
  const own = airbyteImage(reference);
  if (own !== undefined && signature.airbyteImages?.includes(own) === true) {
    found.push({ component, kind: 'image', says: `image ${reference.repository}`, isAirbytes: true });
  } else if (signature.otherImages?.test(reference.repository) === true) {
    found.push({ component, kind: 'image', says: `image ${reference.repository}`, isAirbytes: false });
  }
  const port = ports.find((candidate) => signature.ports?.includes(candidate.port) === true);
  if (port !== undefined) found.push({ component, kind: 'port', says: `port ${port.port}`, isAirbytes: false });
  return found;
}

function addressEvidence({ component, addressedBy = [] }: Signature, variables: readonly string[]): Evidence[] {
  const variable = addressedBy.find((name) => variables.includes(name));
  return variable === undefined
    ? []
    : [{ component, kind: 'address', says: `${variable} of Airbyte leads to it`, isAirbytes: true }];
}

/** The harness's own stack says so itself. */
function referenceEvidence({ podLabels, containers }: Workload): Evidence[] {
  const named = podLabels[REFERENCE_LABEL];
  const component = named === undefined ? undefined : REFERENCE_NAMES[named];
  if (component === undefined) return [];
  const label: Evidence = {
    component,
    kind: 'airbyte-label',
    says: `label ${REFERENCE_LABEL}=${named}`,
    isAirbytes: true,
  };
  const own = containers.find(({ image }) => parseImage(image).repository.startsWith('airbyte-chaos/'));
  const image = own === undefined ? [] : [`image ${parseImage(own.image).repository}`];
  return [label, ...image.map((says): Evidence => ({ component, kind: 'image', says, isAirbytes: true }))];
}

/** Several containers may say the same. */
function once(evidence: readonly Evidence[]): Evidence[] {
  return [...new Map(evidence.map((one) => [one.kind, one])).values()];
}

/** `airbyte-db` and `<release>-db` are both `db`. */
function plainName(name: string, release: string | undefined): string {
  if (release !== undefined && name.startsWith(`${release}-`)) return name.slice(release.length + 1);
  return name.replace(/^airbyte-/, '');
}
