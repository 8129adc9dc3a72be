import { checkKindRequirements } from '../../platforms/kind/requirements.ts';
import { checkRequirements } from '../../platforms/local/requirements.ts';

/** `doctor`: what a platform needs, what is there, and what to do. Exit 0 when it can work, else 64. */
export async function doctorCommand({ platform }: { readonly platform: string }): Promise<number> {
  const requirements = platform === 'kind' ? await checkKindRequirements() : await checkRequirements();
  for (const { what, isMet, detail, tryThis } of requirements) {
    process.stdout.write(`${isMet ? '✓' : '✗'} ${what}: ${detail}\n`);
    if (!isMet) process.stdout.write(`    → ${tryThis}\n`);
  }
  return requirements.every(({ isMet }) => isMet) ? 0 : 64;
}
