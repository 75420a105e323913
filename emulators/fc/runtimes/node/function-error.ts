/** Errors of a function as its caller reads them: the JSON of the service, with the names the runtimes give. */
import { fileURLToPath } from 'node:url';
import { asText } from './result-text.ts';

export interface FunctionError {
  errorMessage: string;
  errorType: string;
  stackTrace?: string[];
}

/** A fault in how the function is set up, not in what it does. */
export class LoadError extends Error {
  constructor(name: 'InvalidHandlerName' | 'ImportModuleError' | 'HandlerNotFound', message: string) {
    super(message);
    this.name = name;
  }
}

/** Message, name and untrimmed stack; anything that is no Error counts as text handed over. */
export function describeFunctionError(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorMessage: asText(error), errorType: 'FunctionHandledError' };
  return { errorMessage: String(error.message), errorType: nameOf(error), stackTrace: userFrames(error) };
}

/** What was thrown or rejected. Runtime source: syntax and module faults are renamed wherever they come from. */
export function describeThrown(error: unknown): FunctionError {
  const described = describeFunctionError(error);
  if (error instanceof SyntaxError) return { ...described, errorType: 'UserCodeSyntaxError' };
  if (isModuleNotFound(error)) return { ...described, errorType: 'ImportModuleError' };
  return described;
}

/** Runtime source: what nobody caught is told by these words alone; its stack is in the log. */
export function describeUncaught(): FunctionError {
  return { errorMessage: 'FunctionUnhandledError: uncaughtException', errorType: 'FunctionHandledError' };
}

/** The stack without the frames of this bootstrap, which end it. */
export function userFrames(error: Error): string[] {
  const lines = String(error.stack ?? `${nameOf(error)}: ${error.message}`).split('\n');
  const ours = lines.findIndex((line) => OWN_PLACES.some((place) => line.includes(place)));
  return ours > 0 ? lines.slice(0, ours) : lines;
}

const OWN_PLACES = [import.meta.url, fileURLToPath(import.meta.url)];

function nameOf(error: Error): string {
  return typeof error.name === 'string' && error.name !== '' ? error.name : 'Error';
}

function isModuleNotFound(error: unknown): boolean {
  // UNVERIFIED FC-001: the ES module form of the code is renamed like the CommonJS one.
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND')
  );
}
