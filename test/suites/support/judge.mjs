/** Holds the cases of a run against a suite's list of misses: every failure needs a reason, and every reason a failure. */

/**
 * What a miss may be. `off-machine`: it needs what no local service has. `suite`: the suite's own fault.
 * `planned`: it is about an operation, or the processing of images, that LocalYun refuses by name as a whole.
 * `not-served`: LocalYun serves the operation and refuses this part of it by name.
 * `difference`: LocalYun answers otherwise, on purpose.
 * Only the first three make a case not applicable.
 */
const KINDS = ['off-machine', 'suite', 'planned', 'not-served', 'difference'];
const NOT_APPLICABLE = ['off-machine', 'suite', 'planned'];

/**
 * `cases`: `{ file, name, result: 'passed' | 'failed' | 'skipped', message? }`.
 * `misses`: `{ kind, reason, cases: (string | RegExp)[], variants?, message?, unsteady? }`; a case is `FILE::NAME`.
 */
export function judge(cases, misses, { variant, whole }) {
  const strange = misses.find(({ kind, reason }) => !KINDS.includes(kind) || !reason);
  if (strange) throw new Error(`A miss has a kind (${KINDS.join(', ')}) and a reason: ${JSON.stringify(strange)}`);
  const applying = misses.filter(({ variants }) => !variants || variants.includes(variant));
  const failed = cases.filter(({ result }) => result === 'failed');
  const explained = failed.map((one) => ({ ...one, miss: applying.find((miss) => explains(miss, one)) }));
  const notApplicable = explained.filter(({ miss }) => miss && NOT_APPLICABLE.includes(miss.kind)).length;
  const passed = cases.filter(({ result }) => result === 'passed').length;
  const total = passed + failed.length;
  return {
    total,
    passed,
    skipped: cases.length - total,
    applicable: total - notApplicable,
    files: countFiles(cases),
    misses: explained
      .filter(({ miss }) => miss)
      .map(({ miss, ...one }) => ({ ...one, kind: miss.kind, reason: miss.reason })),
    unexplained: explained.filter(({ miss }) => !miss).map(({ miss, ...one }) => one),
    stale: whole ? applying.flatMap((miss) => staleOf(miss, failed)) : [],
  };
}

function explains(miss, one) {
  if (miss.message && !miss.message.test(one.message ?? '')) return false;
  return miss.cases.some((wanted) => names(wanted, one));
}

/** Patterns that no failure matched: the list says of something that it fails, and it does not. */
function staleOf(miss, failed) {
  if (miss.unsteady) return [];
  return miss.cases
    .filter((wanted) => !failed.some((one) => names(wanted, one)))
    .map((wanted) => ({ case: String(wanted), reason: miss.reason }));
}

function names(wanted, { file, name }) {
  const whole = `${file}::${name}`;
  return typeof wanted === 'string' ? wanted === whole : wanted.test(whole);
}

function countFiles(cases) {
  const files = {};
  for (const { file, result } of cases) {
    files[file] ??= { passed: 0, failed: 0, skipped: 0 };
    files[file][result] += 1;
  }
  return files;
}
