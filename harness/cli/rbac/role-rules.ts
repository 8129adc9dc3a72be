import type { Rule } from '../../platforms/cluster/operations.ts';
import type { Right } from '../../platforms/cluster/rights.ts';

/** A rule, with what it is for. */
export interface RoleRule {
  readonly purpose: string;
  readonly rule: Rule & { readonly resourceNames?: readonly string[] };
}

/** Rights as the rules of a Role: those of one purpose together, so that each rule can say what it is for. They give these rights and no others. */
export function rulesOf(rights: readonly Right[]): readonly RoleRule[] {
  const byResource = Map.groupBy(rights, (right) =>
    JSON.stringify([right.purpose, right.group, right.name, right.resource]),
  );
  const resources = [...byResource.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first, verbs: [...new Set(same.map(({ verb }) => verb))] }];
  });
  // What has the same verbs on the same names is one rule.
  const byVerbs = Map.groupBy(resources, ({ purpose, group, name, verbs }) =>
    JSON.stringify([purpose, group, name, verbs]),
  );
  return [...byVerbs.values()].flatMap((same): RoleRule[] => {
    const [first] = same;
    if (first === undefined) return [];
    const { purpose, group, name, verbs } = first;
    const rule = { apiGroups: [group], resources: same.map(({ resource }) => resource), verbs };
    return [{ purpose, rule: name === undefined ? rule : { ...rule, resourceNames: [name] } }];
  });
}
