import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, type WorkflowBundle } from '@temporalio/worker';
import { temporalBinary } from '../temporal-binaries';

/** What the tests of workflows of one file run on. */
export interface Environment {
  readonly environment: TestWorkflowEnvironment;
  readonly workflowBundle: WorkflowBundle;
}

/**
 * Starts a server for a test file, which is taken down after its tests: one that skips time, or the real one.
 * @param workflowsPath - file of the workflows @returns what there is once the tests run
 */
export function useEnvironment(server: 'skips time' | 'real', workflowsPath: string): () => Environment {
  let open: Environment | null = null;
  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const started = server === 'real' ? startReal() : startSkipping();
    const logger = new DefaultLogger('ERROR');
    open = { environment: await started, workflowBundle: await bundleWorkflowCode({ workflowsPath, logger }) };
  });
  afterAll(() => open?.environment.teardown());
  return () => {
    if (open === null) throw new Error('the server was not started');
    return open;
  };
}

const executable = (name: Parameters<typeof temporalBinary>[0]) =>
  ({ type: 'existing-path', path: temporalBinary(name) }) as const;

const startReal = (): Promise<TestWorkflowEnvironment> =>
  TestWorkflowEnvironment.createLocal({ server: { executable: executable('temporal') } });

const startSkipping = (): Promise<TestWorkflowEnvironment> =>
  TestWorkflowEnvironment.createTimeSkipping({ server: { executable: executable('testServer') } });
