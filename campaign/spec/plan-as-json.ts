import type { Action, Placement, Plan } from '../plan/plan';

/** An action as `drover plan --json` prints it. */
export type PrintedAction = { readonly id: string; readonly kind: Action['kind'] } & (
  { readonly due_ms: number } | { readonly after: string; readonly pause_ms: number }
) & { readonly vm?: string; readonly to?: string; readonly client_type?: string; readonly count?: number };

/** A plan as `drover plan --json` prints it: snake_case, times in milliseconds from time zero. */
export function planAsJson({ placement, actions }: Plan): {
  readonly placement: Placement;
  readonly actions: readonly PrintedAction[];
} {
  return { placement, actions: actions.map(printed) };
}

function printed(action: Action): PrintedAction {
  const when = 'dueMs' in action ? { due_ms: action.dueMs } : { after: action.after, pause_ms: action.pauseMs };
  const head = { id: action.id, kind: action.kind, ...when };
  switch (action.kind) {
    case 'migrate':
      return { ...head, vm: action.vm, to: action.to };
    case 'add-clients':
    case 'remove-clients':
      return { ...head, client_type: action.clientType, count: action.count };
    case 'end':
      return head;
  }
}
