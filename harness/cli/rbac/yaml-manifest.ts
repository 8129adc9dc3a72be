import type { Document as YamlDocument } from 'yaml';

/** An object for an API server, with words for who reads it. */
export interface Manifest {
  readonly object: { readonly kind: string; readonly [field: string]: unknown };
  /** Said before it. */
  readonly comment?: string;
  /** Said before parts of it, by the way that leads there: `['rules', 0]`. */
  readonly remarks?: readonly { readonly at: readonly (string | number)[]; readonly text: string }[];
}

/** YAML documents, each with its comments; lists of plain values on one line. */
export async function renderManifests(head: readonly string[], manifests: readonly Manifest[]): Promise<string> {
  const { Document, isMap, isNode, isScalar, visit } = await import('yaml');
  const texts = manifests.map(({ object, comment, remarks = [] }) => {
    const document: YamlDocument = new Document(object, { aliasDuplicateObjects: false });
    visit(document, {
      Seq(_, list) {
        if (list.items.every((item) => isScalar(item))) list.flow = true;
      },
    });
    for (const { at, text } of remarks) {
      const parent = document.getIn(at.slice(0, -1), true);
      const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === at.at(-1)) : undefined;
      const node = pair === undefined ? document.getIn(at, true) : pair.key;
      if (isNode(node)) node.commentBefore = asComment(text);
    }
    if (comment !== undefined && document.contents !== null) document.contents.commentBefore = asComment(comment);
    return document.toString({ lineWidth: 0, flowCollectionPadding: false });
  });
  return `${head.map((line) => `#${asComment(line)}\n`).join('')}---\n${texts.join('---\n')}`;
}

function asComment(text: string): string {
  return text
    .split('\n')
    .map((line) => ` ${line}`)
    .join('\n');
}
