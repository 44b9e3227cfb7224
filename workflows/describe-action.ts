import type { Action } from '../campaign/plan/plan';

/** An action in a few words, for summaries and progress lines. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case 'migrate':
      return `${action.vm} to ${action.to}`;
    case 'add-clients':
    case 'remove-clients':
      return `${action.kind} ${action.count} x ${action.clientType}`;
    case 'end':
      return 'end';
  }
}
