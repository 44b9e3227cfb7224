import { z } from 'zod';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const FORM = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/;

/** A duration: a number is seconds, a string has a unit (`250ms`, `20s`, `5m`, `2h`); parsed to milliseconds. */
export const duration = z
  .union([z.number().nonnegative(), z.string().regex(FORM)], { error: 'a duration is seconds (20) or a string with a unit: "250ms", "20s", "5m", "2h"' })
  .transform((value) => {
    if (typeof value === 'number') return value * 1_000;
    const [, amount = '0', unit = 's'] = FORM.exec(value) ?? [];
    return Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  })
  .meta({ description: 'Seconds as a number, or a string with a unit: "250ms", "20s", "5m", "2h"' });
