import { z } from 'zod';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const FORM = /^(\d{1,9}(?:\.\d{1,9})?)\s*(ms|s|m|h)$/;
const LONGEST_S = 365 * 24 * 3_600;
const error = 'seconds as a number, or a number with a unit: "250ms", "20s", "5m", "2h"; at most a year';

/** A duration: a number is seconds, a string has a unit; parsed to whole milliseconds. */
export const duration = z
  .union(
    [z.number({ error }).min(0, { error }).max(LONGEST_S, { error }), z.string({ error }).regex(FORM, { error })],
    { error },
  )
  .transform((value, context) => {
    const [, amount = '0', unit = 's'] = FORM.exec(String(value)) ?? ['', String(value), 's'];
    const ms = Math.round(Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]);
    if (ms > LONGEST_S * 1_000) context.addIssue({ code: 'custom', message: error });
    return ms;
  });
