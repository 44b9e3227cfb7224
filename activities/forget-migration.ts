import type { MigrationIntent } from '../hypervisors/types';
import type { Dependencies } from './dependencies';
import { asFailure } from './hypervisor-failure';

/** The intent whose traces on the hosts are no longer needed. */
export interface ForgetMigrationInput {
  readonly site: string;
  readonly intent: MigrationIntent;
}

/** Removes the intent's marker and what the migration left on its source host; only after its outcome is stored. */
export function createForgetMigration({ sites }: Dependencies) {
  return async function forgetMigration({ site, intent }: ForgetMigrationInput): Promise<void> {
    try {
      const { hypervisor } = await sites.connect(site);
      await hypervisor.forgetMigration(intent);
    } catch (error) {
      throw asFailure(error);
    }
  };
}
