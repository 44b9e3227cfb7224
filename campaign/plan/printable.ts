const LONGEST = 500;
// Control characters, marks that turn the direction of writing, line ends of Unicode, and halves of characters.
const UNPRINTABLE = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF\p{Cs}]/gu;

const HALF_AT_END = /[\uD800-\uDBFF]$/;

/**
 * Foreign text as a message may show it: one line, nothing in it that a terminal would obey (written as `\u001b` instead),
 * and no longer than `longest` characters, with "..." for the rest.
 */
export function printable(text: string, longest = LONGEST): string {
  const shown = text.slice(0, longest + 1).replace(UNPRINTABLE, escape);
  return shown.length > longest ? `${shown.slice(0, longest).replace(HALF_AT_END, '')}...` : shown;
}

function escape(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}
