import { checkKindRequirements } from '../../platforms/kind/requirements.ts';
import { checkRequirements } from '../../platforms/local/requirements.ts';

export interface DoctorOptions {
  readonly platform: string;
  /** Of an existing cluster. */
  readonly config: string;
}

/** `doctor`: what a platform needs, what is there, and what to do. Exit 0 when it can work, else 64. */
export async function doctorCommand({ platform, config }: DoctorOptions): Promise<number> {
  if (platform === 'cluster') return examineCluster(config);
  const requirements = platform === 'kind' ? await checkKindRequirements() : await checkRequirements();
  for (const { what, isMet, detail, tryThis } of requirements) {
    process.stdout.write(`${isMet ? '✓' : '✗'} ${what}: ${detail}\n`);
    if (!isMet) process.stdout.write(`    → ${tryThis}\n`);
  }
  return requirements.every(({ isMet }) => isMet) ? 0 : 64;
}

/** Of an existing cluster: whether everything that is allowed there can run. */
async function examineCluster(file: string): Promise<number> {
  const { readClusterConfig } = await import('../cluster-config-file.ts');
  const { userFile } = await import('../project-paths.ts');
  const { examineRights } = await import('../rbac/examine-rights.ts');
  const { canRunAll, describeExamination } = await import('../rbac/print-examination.ts');
  const examination = await examineRights(await readClusterConfig(userFile(file)));
  process.stdout.write(`${describeExamination(examination, file).join('\n')}\n`);
  return canRunAll(examination) ? 0 : 64;
}
