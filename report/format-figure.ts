const NARROW_SPACE = '\u202f';
const MINUS = '\u2212';

/** A number with fixed decimals and thin spaces between thousands, from 10 000 on. */
export function formatNumber(value: number, decimals: number): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, NARROW_SPACE) : whole;
  const sign = value < 0 && Number(value.toFixed(decimals)) !== 0 ? MINUS : '';
  return `${sign}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** Milliseconds as seconds to the millisecond. */
export function formatSeconds(ms: number): string {
  return formatNumber(ms / 1000, 3);
}

/** A duration in running text: milliseconds below one second, else seconds with three digits. */
export function formatDuration(ms: number): string {
  if (Math.abs(ms) < 1000) return `${formatNumber(ms, Math.abs(ms) < 10 ? 1 : 0)} ms`;
  const seconds = ms / 1000;
  return `${formatNumber(seconds, seconds < 10 ? 2 : seconds < 100 ? 1 : 0)} s`;
}

/** Bytes in the binary unit that leaves at most four digits before the point. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const value = bytes / 1024 ** power;
  return `${formatNumber(value, power === 0 || Number.isInteger(value) ? 0 : 1)} ${units[power] ?? ''}`;
}

/** A moment as an offset from time zero, h:mm:ss.s. */
export function formatOffset(ms: number): string {
  const tenths = Math.round(Math.abs(ms) / 100);
  const pad = (value: number) => String(value).padStart(2, '0');
  const seconds = Math.floor(tenths / 10);
  const clock = `${Math.floor(seconds / 3600)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}.${tenths % 10}`;
  return ms < 0 && tenths > 0 ? `${MINUS}${clock}` : clock;
}

/** UTC date and time to the second. */
export function formatTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `1 migration`, `2 migrations`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${formatNumber(count, 0)} ${count === 1 ? noun : many}`;
}

/** A figure of any size with three significant digits; whole numbers stay whole. */
export function formatSignificant(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-3) return value.toExponential(2).replace('e+', 'e').replace(/^-/, MINUS);
  if (Number.isInteger(value)) return formatNumber(value, 0);
  return formatNumber(value, Math.max(0, 2 - Math.floor(Math.log10(size))));
}
