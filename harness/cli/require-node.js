// Plain JavaScript, loaded before everything else: it must run on a Node that is too old to read TypeScript.
import module from 'node:module';

const OLDEST = 24;
if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  process.stderr.write(
    `\n✗ This needs Node ${OLDEST}, and ${process.versions.node} is running.\n` +
      '  → Run `npm install` again: the project brings its own Node as the package "node", whose install script must be allowed to run.\n',
  );
  process.exit(64);
}
// Node keeps on disk what it made of each module. From here on also that of the first TypeScript file, so that what strips types is not loaded at all: half of the
// time on a CPU that the start of a command takes, and 17 MiB.
module.enableCompileCache();
