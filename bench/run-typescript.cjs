/**
 * `run-typescript.cjs PROGRAM.ts [ARGUMENT...]` runs a program of this folder as it stands: benches use the worlds of test/,
 * which are not part of the build, and a second compilation of everything would cost 20 s each time. Types are checked
 * by `npm run check`.
 */
const { readFileSync } = require('node:fs');
const { resolve } = require('node:path');
const { transformSync } = require('@swc/core');

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  });
  module._compile(code, filename);
};
process.setSourceMapsEnabled(true);
process.argv.splice(1, 1);
require(resolve(process.argv[1]));
