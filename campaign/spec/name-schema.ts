import { z } from 'zod';

/** What names look like: safe in file names, workflow ids and messages. */
export const NAME_FORM = /^[A-Za-z0-9][A-Za-z0-9._ -]{0,79}$/;

/** Name of a site, host or VM. */
export const nameSchema = z.string().regex(NAME_FORM, {
  error: 'a name of at most 80 letters, digits, dots, dashes, underscores or spaces that starts with a letter or digit',
});
