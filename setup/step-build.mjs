import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runCommand } from './run-command.mjs';

const FOLDERS = [
  'activities',
  'agents',
  'campaign',
  'client',
  'hypervisors',
  'lab',
  'measurement',
  'remote',
  'report',
  'store',
  'worker',
  'workflows',
];
const FILES = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const MARK = '.built-from';

/** drover itself, compiled to `dist/` with the workflow bundle. @param {string} root the checkout */
export function buildStep(root) {
  const dist = join(root, 'dist');
  return {
    name: 'drover',
    cost: 'compile into dist/: about 5 MB, 5 to 20 s; again when a source has changed',
    isDone: () => existsSync(join(dist, MARK)) && readFileSync(join(dist, MARK), 'utf8') === sourcesHash(root),
    run: async () => {
      // Programs that run from dist/ now keep a whole one: the new one is made beside it and put in its place.
      const [fresh, old] = [join(root, 'dist.new'), join(root, 'dist.old')];
      rmSync(fresh, { recursive: true, force: true });
      rmSync(old, { recursive: true, force: true });
      const hash = sourcesHash(root);
      await runCommand(
        process.execPath,
        ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', fresh],
        { cwd: root },
      );
      await runCommand(process.execPath, [join(fresh, 'worker', 'bundle.js')], { cwd: root });
      writeFileSync(join(fresh, MARK), hash);
      if (existsSync(dist)) renameSync(dist, old);
      renameSync(fresh, dist);
      rmSync(old, { recursive: true, force: true });
    },
  };
}

/** A hash over the names and contents of everything that the build reads. @param {string} root */
export function sourcesHash(root) {
  const hash = createHash('sha256');
  for (const path of [
    ...FILES.map((name) => join(root, name)),
    ...FOLDERS.flatMap((name) => sources(join(root, name))),
  ]) {
    const content = readFileSync(path);
    hash.update(`${relative(root, path)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function sources(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
