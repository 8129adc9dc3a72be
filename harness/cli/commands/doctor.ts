import { checkRequirements } from '../../platforms/local/requirements.ts';

/** `doctor`: what the embedded platform needs, what is there, and what to do. Exit 0 when a run can work, else 64. */
export async function doctorCommand(): Promise<number> {
  const requirements = await checkRequirements();
  for (const { what, isMet, detail, tryThis } of requirements) {
    process.stdout.write(`${isMet ? '✓' : '✗'} ${what}: ${detail}\n`);
    if (!isMet) process.stdout.write(`    → ${tryThis}\n`);
  }
  return requirements.every(({ isMet }) => isMet) ? 0 : 64;
}
