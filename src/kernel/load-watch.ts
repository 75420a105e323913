/** Tells when calls keep the process busy, and when they no longer do: asked with the calls themselves, so that an idle process does nothing for it. */
import { performance } from 'node:perf_hooks';

/** Calls between two looks: more than some photos and what is asked about them make, and under load a fraction of a second. */
const CALLS = 512;
/** An answer of this many characters is one call more: what a long list leaves to collect is as much as that of many calls. */
const TEXT_OF_A_CALL = 8 * 1024;
const BUSY_SHARE = 0.5;

/** Answers with what each call is counted by, with the length of its answer's text. `busyShare`: of the time since it was last asked, from 0 to 1. */
export function watchLoad(onChange: (isBusy: boolean) => void, busyShare = loopShare()): (textLength: number) => void {
  let calls = 0;
  let isBusy = false;
  return (textLength) => {
    calls += 1 + Math.floor(textLength / TEXT_OF_A_CALL);
    if (calls < CALLS) return;
    calls = 0;
    const isBusyNow = busyShare() > BUSY_SHARE;
    if (isBusyNow === isBusy) return;
    isBusy = isBusyNow;
    onChange(isBusy);
  };
}

function loopShare(): () => number {
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  };
}
