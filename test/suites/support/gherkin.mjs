/** The little of Gherkin that HTTP features need: scenario outlines with their examples filled in, each a list of steps. */

/** `[{ name, steps: [{ text, doc, rows }] }]`: `doc` is the text between triple quotes, `rows` a table without its head. */
export function readScenarios(text) {
  const outlines = [];
  let step;
  let doc;
  let examples;
  for (const line of text.split('\n')) {
    const word = line.trim();
    if (word === '"""') {
      if (doc === undefined) doc = { indent: line.indexOf('"'), lines: [] };
      else {
        step.doc = doc.lines.join('\n');
        doc = undefined;
      }
    } else if (doc) doc.lines.push(line.slice(doc.indent));
    else if (/^Scenario( Outline)?:/.test(word)) {
      outlines.push({ name: word.replace(/^[^:]*:\s*/, ''), steps: [], examples: [] });
      examples = undefined;
    } else if (word === 'Examples:') examples = outlines.at(-1).examples;
    else if (word.startsWith('|')) (examples ?? step.rows).push(cellsOf(word));
    else if (/^(Given|When|Then|And) /.test(word) && outlines.length > 0) {
      step = { text: word.replace(/^\w+ /, ''), doc: undefined, rows: [] };
      outlines.at(-1).steps.push(step);
    }
  }
  return outlines.flatMap(filledIn);
}

function cellsOf(line) {
  return line
    .slice(1, line.lastIndexOf('|') > 0 ? line.lastIndexOf('|') : undefined)
    .split('|')
    .map((cell) => cell.trim());
}

function filledIn({ name, steps, examples: [head, ...examples] }) {
  const values = examples.length > 0 ? examples : [[]];
  return values.map((row) => {
    const fill = (text) => (head ?? []).reduce((filled, key, at) => filled.replaceAll(`<${key}>`, row[at] ?? ''), text);
    return {
      name: fill(name),
      steps: steps.map(({ text, doc, rows: [, ...rows] }) => ({
        text: fill(text),
        doc: doc === undefined ? undefined : fill(doc),
        rows: rows.map((cells) => cells.map(fill)),
      })),
    };
  });
}
