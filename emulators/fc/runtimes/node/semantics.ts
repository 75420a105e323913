/** How the Node.js runtimes differ from one another: one host Node runs them all. */
import type { RuntimeSemantics } from '../../instances/messages.ts';

/** Undefined for what is no Node.js runtime. */
export function nodeSemantics(runtime: string): RuntimeSemantics | undefined {
  const major = /^nodejs(\d+)$/.exec(runtime)?.[1];
  if (major === undefined) return undefined;
  return {
    usesResolvedValue: Number(major) >= 18,
    loadsEsModules: Number(major) >= 18,
    failsOnUnhandledRejection: Number(major) >= 15,
  };
}
