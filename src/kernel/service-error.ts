/** An answer the cloud would give instead of success: a code and facts, no rendering. */

export interface ErrorEntry {
  /** HTTP status. */
  status: number;
  /** Wire text, to the letter; a function when facts are part of it. */
  message: string | ((details: ErrorDetails) => string);
  /** The service's finer error number where one is documented (OSS `x-oss-ec`). */
  ec?: string;
}

/** Facts about one failure; each room's dialect knows which of them it sends, and how. */
export type ErrorDetails = Readonly<Record<string, unknown>>;
export type ErrorCatalogue<Code extends string> = Readonly<Record<Code, ErrorEntry>>;

/** One of them as a text; empty where it is not told. */
export function named(details: ErrorDetails, fact: string): string {
  return String(details[fact] ?? '');
}

export class ServiceError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly details: ErrorDetails;

  /** `details.message` replaces the catalogue's text where one code has several documented wordings. */
  constructor(code: Code, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(code, options);
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** Status, wording and number of an error, from its room's catalogue. */
export function describeError<Code extends string>(
  error: ServiceError<Code>,
  catalogue: ErrorCatalogue<Code>,
): { status: number; message: string; ec: string | undefined } {
  const entry: ErrorEntry = catalogue[error.code];
  const own = error.details.message;
  const text = typeof entry.message === 'function' ? entry.message(error.details) : entry.message;
  const ec = error.details.ec;
  return {
    status: entry.status,
    message: typeof own === 'string' ? own : text,
    ec: typeof ec === 'string' ? ec : entry.ec,
  };
}
