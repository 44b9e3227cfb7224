import { TEXT } from './palette';

/** The title of a panel, above its left upper corner. */
export function panelTitle(text: string, top: number, left = 0) {
  return { text, left, top, padding: 0, textStyle: { ...TEXT, fontWeight: 600 as const } };
}
