/* eslint-disable no-control-regex -- that is what is looked for */
const UNPRINTABLE =
  /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]|\p{Cs}/u;
const LONGEST_LINE = 4_000;

/**
 * What every message to a user must be: not empty, as many lines as there are problems, none endless, nothing in it that a
 * terminal would obey. @throws Error naming the promise that is broken
 */
export function checkMessage(message: string, problems = 1): void {
  const lines = message.split('\n');
  const found = UNPRINTABLE.exec(message);
  const fail = (what: string): never => {
    throw new Error(`${what}: ${JSON.stringify(message.slice(0, 600))}`);
  };
  if (lines.some((line) => line.trim() === '')) fail('a message with an empty line');
  if (lines.length !== problems) fail(`${String(lines.length)} lines for ${String(problems)} problems`);
  if (found !== null) fail(`U+${found[0].codePointAt(0)?.toString(16) ?? ''} at ${String(found.index)} gets through`);
  const longest = Math.max(...lines.map((line) => line.length));
  if (longest > LONGEST_LINE) fail(`a line of ${String(longest)} characters`);
}
