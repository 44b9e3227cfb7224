import { randomUUID } from 'node:crypto';
import { HypervisorError } from '../../../hypervisors/types';
import type {
  Baseline,
  Hypervisor,
  MigrationEnd,
  MigrationEvidence,
  MigrationHandle,
  MigrationOptions,
} from '../../../hypervisors/types';
import type { Prepared, SiteUnderTest } from './site-under-test';

/** A new intent to move the site's VM from where it is to another host, or to the given one. */
export async function prepareMove(
  site: SiteUnderTest,
  options: MigrationOptions = {},
  target?: string,
): Promise<Prepared> {
  const from = await placeOf(site.hypervisor, site.vm);
  const to = target ?? site.hosts.find((host) => host !== from) ?? from;
  const baseline = await site.hypervisor.takeBaseline(site.vm, from, to);
  return { intent: { id: `conformance-${randomUUID()}`, vm: site.vm, from, to, options }, baseline };
}

/** Prepares and starts. */
export async function startMove(
  site: SiteUnderTest,
  options: MigrationOptions = {},
  target?: string,
): Promise<Prepared & { readonly handle: MigrationHandle }> {
  const prepared = await prepareMove(site, options, target);
  await site.hypervisor.prepareMigration(prepared.intent, prepared.baseline);
  return { ...prepared, handle: await site.hypervisor.startMigration(prepared.intent, prepared.baseline) };
}

/** Waits for a migration's end, at most `withinMs`. */
export async function watch(
  driver: Hypervisor,
  handle: MigrationHandle,
  baseline: Baseline,
  withinMs: number,
): Promise<MigrationEnd> {
  return driver.watchMigration(handle, baseline, { signal: AbortSignal.timeout(withinMs) });
}

/** Cancels a migration, waits for its end and removes its marker. */
export async function cancelAndForget(
  driver: Hypervisor,
  handle: MigrationHandle,
  baseline: Baseline,
  withinMs: number,
): Promise<MigrationEnd> {
  await driver.cancelMigration(handle);
  const end = await watch(driver, handle, baseline, withinMs);
  await driver.forgetMigration(handle.intent);
  return end;
}

/** The host that the inventory shows for a VM. */
export async function placeOf(driver: Hypervisor, vm: string): Promise<string> {
  const { vms } = await driver.inventory();
  const found = vms.filter(({ name }) => name === vm);
  expect(found).toHaveLength(1);
  return found[0]?.host ?? '';
}

/** What a failing call throws; fails if it succeeds or throws anything but a HypervisorError. */
export async function failure(call: Promise<unknown>): Promise<HypervisorError> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(HypervisorError);
  const known = error as HypervisorError;
  expect(known.message).not.toBe('');
  expect(known.hint).not.toBe('');
  return known;
}

/** How a move that cannot succeed ends, whether the start refuses it or the migration fails: the common code. */
export async function refusedOrFailed(site: SiteUnderTest, { intent, baseline }: Prepared): Promise<string> {
  const started = await site.hypervisor.startMigration(intent, baseline).catch((error: unknown) => error);
  if (started instanceof HypervisorError) return started.code;
  const end = await watch(site.hypervisor, started as MigrationHandle, baseline, site.quickWithinMs);
  await site.hypervisor.forgetMigration(intent);
  return end.state === 'succeeded' ? 'succeeded' : end.code;
}

/** Asks until the evidence is as wanted. */
export async function untilFound<S extends MigrationEvidence['state']>(
  driver: Hypervisor,
  { intent, baseline }: Prepared,
  state: S,
  withinMs: number,
): Promise<Extract<MigrationEvidence, { state: S }>> {
  const untilMs = Date.now() + withinMs;
  for (;;) {
    const evidence = await driver.findMigration(intent, baseline);
    if (evidence.state === state) return evidence as Extract<MigrationEvidence, { state: S }>;
    if (Date.now() > untilMs) throw new Error(`${intent.id} is still "${evidence.state}", not "${state}"`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Asks until something is so. */
export async function until(what: string, isSo: () => Promise<boolean>, withinMs: number): Promise<void> {
  const untilMs = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > untilMs) throw new Error(`it did not come to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
