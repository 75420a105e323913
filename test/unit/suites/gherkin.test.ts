/** Reading features: outlines become scenarios, one an example, with texts and tables filled in. */
import { expect, test } from 'vitest';

interface Scenario {
  name: string;
  steps: { text: string; doc: string | undefined; rows: string[][] }[];
}

// Plain Node runs that file, so it is JavaScript; its types are told here.
const path = new URL('../../suites/support/gherkin.mjs', import.meta.url).href;
const { readScenarios }: { readScenarios(text: string): Scenario[] } = await import(path);

const FEATURE = `@http
Feature: sending

    Background:
    Given there is a wire

    Scenario Outline: As <type>
    Given a request
        """
        POST / HTTP/1.1
        Type: <type>

        {
            "a": 1
        }
        """
    Then the parts are:
        | key | value  |
        |   t | <type> |
    Examples:
    | type |
    | json |
    | xml  |

    Scenario: Alone
    When it rains|`;

test('an outline is one scenario an example, and a scenario without examples is itself', () => {
  const scenarios = readScenarios(FEATURE);
  expect(scenarios.map(({ name }) => name)).toEqual(['As json', 'As xml', 'Alone']);
  const doc = 'POST / HTTP/1.1\nType: json\n\n{\n    "a": 1\n}';
  expect(scenarios[0]?.steps).toEqual([
    { text: 'a request', doc, rows: [] },
    { text: 'the parts are:', doc: undefined, rows: [['t', 'json']] },
  ]);
  expect(scenarios[1]?.steps[1]?.rows).toEqual([['t', 'xml']]);
  expect(scenarios[2]?.steps).toEqual([{ text: 'it rains|', doc: undefined, rows: [] }]);
});

test('what is no feature has no scenarios', () => {
  for (const text of ['', 'Given x', 'Feature: y']) expect(readScenarios(text)).toEqual([]);
});
