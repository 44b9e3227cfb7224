import { writeFile } from 'node:fs/promises';
import { bundleWorkflowCode } from '@temporalio/worker';
import { bundlePath } from './bundle-path';

/** The build's last step: packs workflow code into the one file that every worker loads. */
async function bundle(): Promise<void> {
  const { code } = await bundleWorkflowCode({ workflowsPath: require.resolve('../workflows') });
  await writeFile(bundlePath(), code);
}

void bundle();
