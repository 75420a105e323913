/** Templates: text with `${variable}`, `${jsonEscape(variable)}` and `${htmlEscape(variable)}`. */

export type Piece = { text: string } | { variable: string; escape: Escape | undefined; source: string };
export type Escape = 'jsonEscape' | 'htmlEscape';

const VARIABLE = /\$\{\s*(?:(jsonEscape|htmlEscape)\(\s*([^(){}]+?)\s*\)|([^(){}]+?))\s*\}/g;

/** Cut once; what looks like a variable and is none stays text. */
export function parseTemplate(template: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const found of template.matchAll(VARIABLE)) {
    if (found.index > end) pieces.push({ text: template.slice(end, found.index) });
    const [source, helper, escaped, plain] = found;
    pieces.push({ variable: escaped ?? plain ?? '', escape: helper as Escape | undefined, source });
    end = found.index + source.length;
  }
  if (end < template.length) pieces.push({ text: template.slice(end) });
  return pieces;
}

export function escapeText(text: string, how: Escape | undefined): string {
  if (how === 'jsonEscape') return JSON.stringify(text).slice(1, -1);
  return how === 'htmlEscape' ? text.replace(/[&<>"]/g, (character) => HTML[character] ?? character) : text;
}

/** Help page "Event transformation": the single quote is left alone. */
const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
