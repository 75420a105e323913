/** How the work for an input grows with it: CPU time of two sizes against each other, never an absolute time. */

const RUNS = 5;
const TRIES = 3;
const MEASURED_MICROSECONDS_MIN = 3_000;

export interface Growth {
  /** Of the larger input. */
  times: number;
  /** What work that is linear may take more for it: what is quadratic takes `times` squared. */
  bound: number;
  /** What it took. */
  ratio: number;
}

/** Makes an input of the size and one eight times as large, and compares what the work on them costs. */
export function growth<Input>(size: number, make: (size: number) => Input, work: (input: Input) => void): Growth {
  const times = 8;
  const bound = 4 * times;
  const [small, large] = [make(size), make(size * times)];
  work(small);
  let ratio = Infinity;
  // Noise only ever adds, but it may add to one of the two alone.
  for (let attempt = 0; attempt < TRIES && ratio > bound; attempt++)
    ratio = Math.min(ratio, leastCost(() => work(large)) / leastCost(() => work(small)));
  return { times, bound, ratio };
}

/** In microseconds of CPU, which others on the machine do not slow down. */
function leastCost(work: () => void): number {
  const times = timesToMeasure(costOf(work));
  let least = Infinity;
  for (let run = 0; run < RUNS; run++)
    least = Math.min(
      least,
      costOf(() => {
        for (let time = 0; time < times; time++) work();
      }) / times,
    );
  return least;
}

function costOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** What takes a few microseconds is drowned by whatever else happens in one: so often that it takes a few thousand. */
function timesToMeasure(microseconds: number): number {
  return Math.ceil(MEASURED_MICROSECONDS_MIN / Math.max(microseconds, 1));
}

/** As `growth`, of work that waits for something; only what this process computes meanwhile counts. */
export async function growthOfCalls<Input>(
  size: number,
  make: (size: number) => Input,
  work: (input: Input) => Promise<void>,
): Promise<Growth> {
  const times = 8;
  const bound = 4 * times;
  const [small, large] = [make(size), make(size * times)];
  await work(small);
  let ratio = Infinity;
  for (let attempt = 0; attempt < TRIES && ratio > bound; attempt++) {
    const [most, least] = [await leastCostOfCalls(() => work(large)), await leastCostOfCalls(() => work(small))];
    ratio = Math.min(ratio, most / least);
  }
  return { times, bound, ratio };
}

async function leastCostOfCalls(work: () => Promise<void>): Promise<number> {
  const times = timesToMeasure(await costOfCalls(work, 1));
  let least = Infinity;
  for (let run = 0; run < RUNS; run++) least = Math.min(least, (await costOfCalls(work, times)) / times);
  return least;
}

async function costOfCalls(work: () => Promise<void>, times: number): Promise<number> {
  const before = process.cpuUsage();
  for (let time = 0; time < times; time++) await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
