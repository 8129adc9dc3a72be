import { enableCompileCache } from 'node:module';

// Node keeps the compiled modules on disk: a third off the start of every command.
enableCompileCache();

const OLDEST_NODE = 24;
if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(
    `This needs Node ${OLDEST_NODE}, and ${process.versions.node} is running. Use \`npm run chaos -- …\` after \`npm install\`: the project brings its own Node.\n`,
  );
  process.exit(64);
}

const { runCommandLine } = await import('./command-line.ts');
process.exitCode = await runCommandLine(process.argv.slice(2));
