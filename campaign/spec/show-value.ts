const LONGEST = 60;
const DEEPEST = 4;

/** Any value as a message shows it: as JSON writes it, shortened; also what JSON cannot write, such as a circle. */
export function showValue(value: unknown): string {
  const text = write(value, 0);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}

function write(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, LONGEST + 1));
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth === DEEPEST) return '...';
  if (Array.isArray(value)) return `[${inside(value, (item) => write(item, depth + 1))}]`;
  const entry = ([key, item]: [string, unknown]): string => `${write(key, depth)}:${write(item, depth + 1)}`;
  return `{${inside(Object.entries(value), entry)}}`;
}

/** No more of a long list than will be shown. */
function inside<T>(items: readonly T[], text: (item: T) => string): string {
  return items
    .slice(0, LONGEST)
    .map(text)
    .join(',')
    .slice(0, LONGEST + 1);
}
