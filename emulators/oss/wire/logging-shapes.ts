/** Where a bucket's access log goes, and which headers and parameters of requests its lines would show. */
import { element, kindOf, list, optional, text } from './document-shape.ts';

/** Help page "PutBucketLogging": a prefix has at most 32 characters. */
const PREFIX_LENGTH_MAX = 32;

export const loggingStatus = element({
  LoggingEnabled: optional(
    element({
      TargetBucket: text(),
      TargetPrefix: optional(text({ lengthMax: PREFIX_LENGTH_MAX })),
      LoggingRole: optional(text()),
    }),
  ),
});
export const LOGGING = kindOf('logging', loggingStatus);

/** UNVERIFIED OSS-192: how many there may be. */
const FIELDS = { lengthMax: 100 };

export const logFields = element({
  HeaderSet: optional(element({ header: list(text(), FIELDS) })),
  ParamSet: optional(element({ parameter: list(text(), FIELDS) })),
});
export const LOG_FIELDS = kindOf('userDefinedLogFieldsConfig', logFields);
