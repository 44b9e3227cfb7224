import { html, Html, type HtmlPart } from './html';
import { STYLESHEET } from './stylesheet';

/** A section of a page, with its place in the address. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: HtmlPart;
}

/** What a page consists of, from top to bottom. */
export interface Page {
  readonly title: string;
  readonly byline: HtmlPart;
  /** Between byline and sections: warnings, abstract, contents. */
  readonly opening: HtmlPart;
  readonly sections: readonly Section[];
  readonly footer: HtmlPart;
}

/** One HTML page without scripts that loads nothing. */
export function renderPage({ title, byline, opening, sections, footer }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${new Html(STYLESHEET)}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          <p class="byline">${byline}</p>
          ${opening}
          ${sections.map(
            ({ id, title: heading, body }) =>
              html`<section id="${id}">
                <h2>${heading}</h2>
                ${body}
              </section> `,
          )}
          <footer>${footer}</footer>
        </main>
      </body>
    </html> `.markup;
}
