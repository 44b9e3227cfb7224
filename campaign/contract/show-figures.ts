/** A moment for people, UTC to the second; with its day, as a campaign may run for days. */
export function showTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** A duration for people: milliseconds below a second, with a tenth below ten, else seconds. */
export function showDuration(ms: number): string {
  const seconds = ms / 1000;
  if (Math.abs(ms) < 1000) return `${ms.toFixed(Math.abs(ms) < 10 ? 1 : 0)} ms`;
  return `${seconds.toFixed(Math.abs(seconds) < 100 ? 2 : 0)} s`;
}

/** An action with its kind, once: some kinds are part of their own text. */
export function showAction({ actionId, kind, text }: { actionId: string; kind: string; text: string }): string {
  return text.startsWith(kind) ? `${actionId} ${text}` : `${actionId} ${kind} ${text}`;
}

/** Text without line breaks, which would end its line in a Markdown list. */
export function showLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

/** Bold text in Markdown. */
export function bold(text: string): string {
  return `**${text}**`;
}
