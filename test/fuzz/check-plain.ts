/** Makes sure that a value is what JSON keeps: no NaN, no function, nothing endless. @throws Error that names the place */
export function checkPlain(value: unknown, place = 'it'): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${place} is ${String(value)}`);
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint')
    throw new Error(`${place} is a ${typeof value}`);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inside] of value instanceof Map ? value : Object.entries(value))
    checkPlain(inside, `${place}.${String(key).slice(0, 30)}`);
}
