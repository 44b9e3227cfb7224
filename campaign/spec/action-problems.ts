import type { Placement } from '../plan/plan';
import { nearestName } from './nearest-name';
import type { Problem } from './problems';
import { unknownName } from './unknown-name';
import type { WrittenAction } from './written-action';

/**
 * What is wrong with a list of actions as a whole: names, order, ids, and VMs that are where they should go.
 * @param placement - null where it is unusable itself: names are then not checked
 * @param isComplete - false where actions are missing from the list: where a VM is, is then unknown
 */
export function actionProblems(
  written: readonly WrittenAction[],
  placement: Placement | null,
  isComplete: boolean,
): readonly Problem[] {
  const allIds = new Set(written.map(({ action }) => action.id));
  const check = new ListCheck(placement, allIds, isComplete);
  return written.flatMap((one, index) => check.next(one, index === written.length - 1));
}

class ListCheck {
  private readonly hosts: readonly string[];
  private readonly vms: readonly string[];
  private readonly hostOf: Map<string, string>;
  private readonly earlier = new Set<string>();
  private readonly clients = new Map<string, number>();
  private lastDueMs = 0;

  constructor(
    private readonly placement: Placement | null,
    private readonly allIds: ReadonlySet<string>,
    private readonly isComplete: boolean,
  ) {
    this.hosts = Object.keys(placement ?? {});
    this.hostOf = new Map(
      Object.entries(placement ?? {}).flatMap(([host, vms]) => vms.map((vm) => [vm, host] as const)),
    );
    this.vms = [...this.hostOf.keys()];
  }

  next({ action, where }: WrittenAction, isLast: boolean): readonly Problem[] {
    const problems: Problem[] = [];
    const add = (field: string, problem: Omit<Problem, 'path'>): void =>
      void problems.push({ ...problem, ...where(field) });
    if (action.kind === 'migrate') this.checkMigration(action.vm, action.to, add);
    else if (action.kind === 'end') {
      if (!isLast) add('end', { message: 'actions follow it; the end is the last action' });
    } else this.checkClients(action.kind, action.clientType, action.count, add);
    this.checkTime(action, add);
    if (this.earlier.has(action.id))
      add('id', {
        message: `${action.id} is already the id of an earlier action; ids like a00001 are given by place in the list`,
      });
    this.earlier.add(action.id);
    return problems;
  }

  private checkMigration(vm: string, to: string, add: (field: string, problem: Omit<Problem, 'path'>) => void): void {
    if (this.placement === null) return;
    const isVm = this.hostOf.has(vm);
    if (!isVm) add('migrate', unknownName('VM', vm, this.vms));
    if (!this.hosts.includes(to)) add('to', unknownName('host', to, this.hosts));
    else if (this.isComplete && this.hostOf.get(vm) === to)
      add('to', { message: `${vm} is already on ${to} at this point of the plan` });
    else if (isVm) this.hostOf.set(vm, to);
  }

  private checkClients(
    kind: 'add-clients' | 'remove-clients',
    type: string,
    count: number,
    add: (field: string, problem: Omit<Problem, 'path'>) => void,
  ): void {
    const before = this.clients.get(type) ?? 0;
    const after = kind === 'add-clients' ? before + count : before - count;
    if (after < 0)
      add('count', { message: `only ${before} ${type} client(s) run at this point of the plan`, found: String(count) });
    this.clients.set(type, Math.max(0, after));
  }

  private checkTime(
    action: WrittenAction['action'],
    add: (field: string, problem: Omit<Problem, 'path'>) => void,
  ): void {
    if ('dueMs' in action) {
      if (action.dueMs < this.lastDueMs)
        add('at', {
          message: `${action.dueMs / 1_000} s is before the ${this.lastDueMs / 1_000} s of an action above; list them in order of time`,
        });
      this.lastDueMs = Math.max(this.lastDueMs, action.dueMs);
      return;
    }
    if (this.earlier.has(action.after)) return;
    const nearest = nearestName(action.after, [...this.earlier]);
    const message = this.allIds.has(action.after)
      ? `${action.after} does not come before this action; an action follows an earlier one, never itself or in a circle`
      : `${action.after} is no id of an action`;
    add('after', { message, ...(nearest === undefined ? {} : { nearest }) });
  }
}
