// Matches a corpus against rules with the pattern library, JSON text in, and prints events per second and matches; or only parses.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [library, eventsPath, rulesPath, warmUpSeconds, seconds] = process.argv.slice(2);
const { compilePattern, createPatternIndex } = await import(pathToFileURL(library).href);
const lines = (path) => readFileSync(path, 'utf8').split('\n').filter(Boolean);
const events = lines(eventsPath);
const index = createPatternIndex();
for (const [number, rule] of lines(rulesPath).entries()) {
  const compiled = compilePattern(rule);
  if (!compiled.ok) throw new Error(compiled.message);
  index.add(`rule-${number}`, compiled.pattern);
}

const match = (text) => index.match(JSON.parse(text)).length;
run(match, Number(warmUpSeconds));
const matches = events.reduce((sum, text) => sum + match(text), 0);
const perSecond = run(match, Number(seconds));
const parsedPerSecond = run((text) => (JSON.parse(text) === undefined ? 1 : 0), Number(seconds) / 2);
console.log(JSON.stringify({ perSecond, parsedPerSecond, matches }));

function run(work, forSeconds) {
  const started = performance.now();
  const until = started + forSeconds * 1000;
  let count = 0;
  while (performance.now() < until) {
    for (let step = 0; step < 1000; step++) work(events[count++ % events.length]);
  }
  return count / ((performance.now() - started) / 1000);
}
