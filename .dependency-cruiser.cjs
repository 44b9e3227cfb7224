/**
 * The import table of docs/architecture.md, one row a folder. A value import must match `allowed`; a type-only
 * import may also match `types`. Everything not listed is forbidden.
 */
const table = {
  'campaign/plan': { allowed: [] },
  'campaign/spec': { allowed: ['campaign/plan'], npm: ['zod', 'yaml', 'fastest-levenshtein'] },
  'campaign/contract': { allowed: ['campaign/plan'], types: ['campaign/spec'] },
  workflows: {
    allowed: ['campaign/contract', 'campaign/plan'],
    types: ['activities'],
    npm: ['@temporalio/workflow', '@temporalio/common'],
  },
  activities: {
    allowed: ['campaign', 'measurement'],
    types: ['hypervisors', 'agents', 'store'],
    npm: ['@temporalio/activity', '@temporalio/common'],
  },
  hypervisors: { allowed: ['campaign/plan', 'remote'], anyNpmBut: ['@temporalio'] },
  agents: { allowed: ['campaign/plan', 'remote'], anyNpmBut: ['@temporalio'] },
  remote: { allowed: [], anyNpmBut: ['@temporalio'] },
  measurement: { allowed: ['campaign/plan'], npm: ['simple-statistics'] },
  store: { allowed: ['campaign/plan'], anyNpmBut: ['@temporalio'] },
  report: { allowed: ['measurement'], types: ['store'], npm: ['echarts'] },
  worker: {
    allowed: [
      'campaign',
      'workflows',
      'activities',
      'hypervisors',
      'agents',
      'remote',
      'measurement',
      'store',
      'report',
      'lab',
    ],
    anyNpmBut: [],
  },
  client: { allowed: ['campaign', 'store', 'report', 'lab'], types: ['workflows'], anyNpmBut: [] },
  lab: { allowed: ['agents', 'remote'], anyNpmBut: ['@temporalio'] },
  setup: { allowed: [], npm: [] },
};

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const folders = (names) => `^(${names.map(escape).join('|')})/`;

const forbidden = [];
for (const [folder, row] of Object.entries(table)) {
  const from = { path: `^${escape(folder)}/` };
  const values = folders([folder, ...row.allowed]);
  const withTypes = folders([folder, ...row.allowed, ...(row.types ?? [])]);
  const local = {
    pathNot: ['^node_modules/', '^(package\\.json)$', '^node:'],
    dependencyTypesNot: ['core', 'npm', 'npm-dev', 'npm-peer', 'npm-optional'],
  };
  forbidden.push(
    { name: `${folder}: imports`, severity: 'error', from, to: { ...local, pathNot: [...local.pathNot, withTypes] } },
    {
      name: `${folder}: values`,
      severity: 'error',
      from,
      to: {
        ...local,
        pathNot: [...local.pathNot, values],
        dependencyTypesNot: [...local.dependencyTypesNot, 'type-only'],
      },
    },
  );
  const npm = `(^|/)node_modules/`;
  if (row.anyNpmBut === undefined) {
    const allowed = (row.npm ?? []).map((name) => `^node_modules/${escape(name)}/`);
    forbidden.push({
      name: `${folder}: npm`,
      severity: 'error',
      from,
      to: { path: npm, pathNot: allowed.length > 0 ? allowed : undefined },
    });
  } else if (row.anyNpmBut.length > 0) {
    forbidden.push({
      name: `${folder}: npm`,
      severity: 'error',
      from,
      to: { path: row.anyNpmBut.map((name) => `^node_modules/${escape(name)}`) },
    });
  }
}

module.exports = {
  forbidden: [
    ...forbidden,
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-from-test', severity: 'error', from: { pathNot: '^(test|bench)/' }, to: { path: '^test/' } },
    { name: 'bench-uses-worlds', severity: 'error', from: { path: '^bench/' }, to: { path: '^test/.*\\.test\\.ts$' } },
    { name: 'not-from-bench', severity: 'error', from: { pathNot: '^(bench|test/bench)/' }, to: { path: '^bench/' } },
    {
      name: 'kill-matrix-checker-is-independent',
      severity: 'error',
      from: { path: '^test/kill-matrix/checker/' },
      to: { pathNot: ['^test/kill-matrix/checker/', '^node_modules/'], dependencyTypesNot: ['core'] },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'workflows-run-without-node',
      severity: 'error',
      from: { path: '^(workflows|campaign/(plan|contract))/' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist(\\.new|\\.old)?|\\.drover|drover-results|node_modules/\\.cache)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
