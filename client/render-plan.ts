import type { Action, Plan } from '../campaign/plan/plan';

const HEADER = ['action', 'due', 'what'] as const;

/** A plan as a table for people: the placement, then one line an action, times from time zero. */
export function renderPlan({ placement, actions }: Plan): string {
  const rows = [HEADER, ...actions.map((action) => [action.id, describeWhen(action), describe(action)] as const)];
  const widths = [0, 1].map((column) => rows.reduce((width, row) => Math.max(width, (row[column] ?? '').length), 0));
  const lines = rows.map(([id, due, what]) => `${id.padEnd(widths[0] ?? 0)}  ${due.padEnd(widths[1] ?? 0)}  ${what}`);
  const hosts = Object.entries(placement).map(([host, vms]) => `  ${host}: ${vms.join(', ') || '(no VM)'}`);
  const migrations = actions.filter(({ kind }) => kind === 'migrate').length;
  return [
    'Placement',
    ...hosts,
    '',
    ...lines,
    '',
    `${actions.length} actions, ${migrations} of them migrations`,
    '',
  ].join('\n');
}

function describe(action: Action): string {
  switch (action.kind) {
    case 'migrate':
      return `migrate ${action.vm} to ${action.to}`;
    case 'add-clients':
      return `add ${action.count} ${action.clientType} client(s)`;
    case 'remove-clients':
      return `remove ${action.count} ${action.clientType} client(s)`;
    case 'end':
      return 'end';
  }
}

function describeWhen(action: Action): string {
  if ('dueMs' in action) return `${seconds(action.dueMs)} s`;
  return action.pauseMs === 0 ? `after ${action.after}` : `${seconds(action.pauseMs)} s after ${action.after}`;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(ms % 1_000 === 0 ? 0 : 3);
}
