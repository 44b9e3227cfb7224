import type { HistoryEvent } from './history-files';

/** Texts of the recording machine, and what stands for them in a history that is published. */
export type Replacements = ReadonlyMap<string, string>;

/** A history without the machine that recorded it: paths, host name and process ids are replaced, in payloads too. */
export function neutralHistory(events: readonly HistoryEvent[], replacements: Replacements): readonly HistoryEvent[] {
  return events.map((event) => neutral(event, replacements) as HistoryEvent);
}

/** All texts of an event, its payloads decoded. */
export function readPayloads(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(readPayloads);
  if (value === null || typeof value !== 'object') return [];
  if (isPayload(value)) return [decode(value.data)];
  return Object.values(value).flatMap(readPayloads);
}

function neutral(value: unknown, replacements: Replacements, key = ''): unknown {
  if (typeof value === 'string') return key === 'identity' ? 'drover' : replaceAll(value, replacements);
  if (Array.isArray(value)) return value.map((each) => neutral(each, replacements));
  if (value === null || typeof value !== 'object') return value;
  if (isPayload(value)) return { ...value, data: encode(replaceAll(decode(value.data), replacements)) };
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, neutral(each, replacements, name)]));
}

interface Payload {
  readonly metadata: object;
  readonly data: string;
}

function isPayload(value: object): value is Payload {
  return 'metadata' in value && 'data' in value && typeof value.data === 'string';
}

function replaceAll(text: string, replacements: Replacements): string {
  let replaced = text;
  for (const [from, to] of replacements) replaced = replaced.replaceAll(from, to);
  return replaced;
}

const decode = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');
const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
