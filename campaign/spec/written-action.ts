import type { ListedAction } from '../plan/pattern-spec';
import type { EndAction } from '../plan/plan';
import type { Problem } from './problems';

/** An action of a list or script, and where its fields stand for whoever has to mend them. */
export interface WrittenAction {
  readonly action: ListedAction | EndAction;
  readonly where: (field: string) => Pick<Problem, 'path' | 'line'>;
}
