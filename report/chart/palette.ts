/** Colours that follow light, dark and print: each is a variable of the style sheet. */
export const COLOR = {
  ink: 'var(--ink)',
  quiet: 'var(--quiet)',
  grid: 'var(--rule)',
  paper: 'var(--paper)',
  series: 'var(--series)',
  second: 'var(--second)',
  alert: 'var(--alert)',
  late: 'var(--late)',
  shade: 'var(--shade)',
  shadeOut: 'var(--shade-out)',
} as const;

/** The text of every chart: 12 pixels at every width of the page, as charts are drawn for a width and never scaled down. */
export const TEXT = { color: COLOR.ink, fontFamily: 'system-ui, sans-serif', fontSize: 12 } as const;
