import { actionId } from '../plan/action-id';
import type { Placement } from '../plan/plan';
import { MOST_ACTIONS } from './most-actions';
import { NAME_FORM } from './name-schema';
import { nearestName } from './nearest-name';
import type { Problem } from './problems';
import type { WrittenAction } from './written-action';

/** A script as far as it could be understood, and everything wrong with it, each with its line. */
export interface ParsedScript {
  /** null where the first line is unusable. */
  readonly placement: Placement | null;
  readonly written: readonly WrittenAction[];
  readonly problems: readonly Problem[];
}

interface Line {
  readonly number: number;
  readonly words: readonly string[];
}

const PATH = 'script';
const CLIENT_TYPES = ['cpu', 'memory', 'memory2'];
const PARAMETERS = {
  migrate: ['VM', 'host'],
  'add-client': ['type', 'count'],
  'remove-client': ['type', 'count'],
  end: [],
} as const;
const COMMANDS = Object.keys(PARAMETERS);
const SECONDS = /^(\d{1,9}(\.\d*)?|\.\d+)$/;
const COUNT = /^[1-9]\d{0,5}$/;
const LONGEST_MS = 365 * 24 * 3_600_000;

/** Whether a text is a script rather than YAML: a line of `host:vm,vm` entries, also faulty ones, then lines that begin with a number. */
export function isScript(text: string): boolean {
  const [first, second] = significantLines(text);
  if (first === undefined || /^["'[{]/.test(first.words[0] ?? '')) return false;
  const hasEntry = (word: string): boolean => word.includes(':');
  if (second === undefined) return first.words.every(hasEntry);
  return first.words.some(hasEntry) && /^[\d.]/.test(second.words[0] ?? '');
}

/**
 * Parses the script format of the EPFL report of 2011, appendix A: a line of `host:vm,vm` entries, then lines
 * `seconds action parameters`, each time relative to the action before it.
 */
export function parseScript(text: string): ParsedScript {
  const [first, ...rest] = significantLines(text);
  if (first === undefined)
    return {
      placement: null,
      written: [],
      problems: [{ path: PATH, message: 'is empty; its first line lists hosts and their VMs, such as h1:g1,g2 h2:' }],
    };
  const problems: Problem[] = [];
  const placement = parsePlacement(first, problems);
  if (rest.length > MOST_ACTIONS)
    problems.push({
      path: PATH,
      message: 'has too many actions',
      found: String(rest.length),
      allowed: `at most ${MOST_ACTIONS}`,
    });
  if (rest.length === 0)
    problems.push({ path: PATH, line: first.number, message: 'no action follows the list of hosts' });
  let dueMs = 0;
  const written = rest.flatMap((line, index): readonly WrittenAction[] => {
    dueMs += parseTime(line, dueMs, problems);
    const action = parseAction(line, problems);
    const where = (): { path: string; line: number } => ({ path: PATH, line: line.number });
    return action === null ? [] : [{ action: { id: actionId(index + 1), ...action, dueMs }, where }];
  });
  return { placement, written, problems };
}

function significantLines(text: string): readonly Line[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({ number: index + 1, words: line.trim().split(/\s+/) }))
    .filter(({ words: [word = ''] }) => word !== '' && !word.startsWith('#'));
}

function parsePlacement({ number, words }: Line, problems: Problem[]): Placement | null {
  const before = problems.length;
  const hosts = new Map<string, readonly string[]>();
  for (const word of words) {
    const [host = '', list, ...more] = word.split(':');
    const vms = list === undefined || list === '' ? [] : list.split(',');
    const bad = [host, ...vms].find((name) => !NAME_FORM.test(name));
    if (list === undefined || more.length > 0 || bad !== undefined) {
      problems.push({
        path: PATH,
        line: number,
        message: 'the first line lists hosts and their VMs',
        found: word,
        allowed: 'entries host:vm,vm without blanks inside, such as h1:g1,g2 h2:',
      });
    } else if (hosts.has(host)) problems.push({ path: PATH, line: number, message: `host ${host} is listed twice` });
    else hosts.set(host, vms);
  }
  return problems.length > before ? null : Object.fromEntries(hosts);
}

/** @returns milliseconds since the action before */
function parseTime({ number, words: [time = ''] }: Line, sinceZeroMs: number, problems: Problem[]): number {
  const ms = Math.round(Number(time) * 1_000);
  if (SECONDS.test(time) && sinceZeroMs + ms <= LONGEST_MS) return ms;
  problems.push({
    path: PATH,
    line: number,
    message: 'a line begins with the time since the action before',
    found: time,
    allowed: 'seconds, such as 20 or 0.5; a year in all',
  });
  return 0;
}

type Untimed =
  | { readonly kind: 'migrate'; readonly vm: string; readonly to: string }
  | { readonly kind: 'add-clients' | 'remove-clients'; readonly clientType: string; readonly count: number }
  | { readonly kind: 'end' };

function parseAction({ number, words: [, command = '', ...given] }: Line, problems: Problem[]): Untimed | null {
  const add = (message: string, found: string, allowed: string, nearest?: string): null => {
    problems.push({ path: PATH, line: number, message, found, allowed, ...(nearest === undefined ? {} : { nearest }) });
    return null;
  };
  if (!isCommand(command))
    return add(
      'is no action',
      command === '' ? 'nothing after the time' : command,
      COMMANDS.join(', '),
      nearestName(command, COMMANDS),
    );
  const wanted = PARAMETERS[command];
  if (given.length !== wanted.length)
    return add(`${command} has the wrong parameters`, given.join(' ') || 'none', wanted.join(' ') || 'none');
  const [first = '', second = ''] = given;
  if (command === 'end') return { kind: 'end' };
  if (command === 'migrate') return { kind: 'migrate', vm: first, to: second };
  if (!CLIENT_TYPES.includes(first))
    return add('is no client type', first, CLIENT_TYPES.join(', '), nearestName(first, CLIENT_TYPES));
  if (!COUNT.test(second)) return add('is no number of clients', second, 'a whole number from 1');
  return {
    kind: command === 'add-client' ? 'add-clients' : 'remove-clients',
    clientType: first,
    count: Number(second),
  };
}

function isCommand(text: string): text is keyof typeof PARAMETERS {
  return COMMANDS.includes(text);
}
