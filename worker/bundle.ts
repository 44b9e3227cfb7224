import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

/** The build's last step: packs workflow code into the one file that every worker loads, in the build that this program is part of. */
async function bundle(): Promise<void> {
  const { code } = await bundleWorkflowCode({ workflowsPath: require.resolve('../workflows') });
  await writeFile(join(__dirname, '..', 'workflow-bundle.js'), code);
}

void bundle();
