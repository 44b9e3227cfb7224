const common = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist(\\.new|\\.old)?/', '<rootDir>/.drover/', '<rootDir>/drover-results/'],
};

/** unit: fast, no servers. lab: real Temporal, libvirt, simulator processes. long: what `npm run test:long` runs. */
module.exports = {
  reporters: ['default', '<rootDir>/test/closing-line-reporter.cjs'],
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['\\.(lab|long)\\.test\\.ts$'],
    },
    { ...common, displayName: 'lab', testMatch: ['<rootDir>/test/**/*.lab.test.ts'] },
    { ...common, displayName: 'long', testMatch: ['<rootDir>/test/**/*.long.test.ts'] },
  ],
};
