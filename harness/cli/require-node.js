// Plain JavaScript, loaded before everything else: it must run on a Node that is too old to read TypeScript.
const OLDEST = 24;
if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  process.stderr.write(
    `\n✗ This needs Node ${OLDEST}, and ${process.versions.node} is running.\n` +
      '  → Run `npm install` again: the project brings its own Node as the package "node", whose install script must be allowed to run.\n',
  );
  process.exit(64);
}
