/** The refusals of a bad pattern, to the letter (RocketMQ EventBridge source, PatternErrorMessages). */

const PREFIX = 'Event pattern is not valid, reason: ';

export const messages = {
  empty: `${PREFIX}the pattern is empty`,
  invalidJson: `${PREFIX}the pattern isn't a valid json format string`,
  notAnObject: `${PREFIX}the pattern should be a JSON object`,
  invalidValue: (value: string) => `${PREFIX}the pattern has invalid pattern value: ${value}`,
  unrecognizedKey: (key: string) => `${PREFIX}the pattern has unrecognized pattern key: ${key}`,
  noDataKey: `${PREFIX}the data pattern doesn't have any pattern key`,
  nestedValue: (key: string) => `${PREFIX}nested pattern value isn't supported, pattern key: ${key}`,
  oneConditionKey: `${PREFIX}each pattern condition should only have one condition key`,
  unrecognizedCondition: (operator: string) => `${PREFIX}the pattern condition is unrecognized: ${operator}`,
  emptyText: (operator: string) => `${PREFIX}the ${operator} condition doesn't support empty string value`,
  textOnly: (operator: string) => `${PREFIX}the ${operator} condition only support string value`,
  existsBoolean: `${PREFIX}the exists condition only support boolean value`,
  // The word "prefix" is the engine's own slip, and wire.
  cidr: `${PREFIX}the prefix condition only support string value`,
  anythingButNested: `${PREFIX}anything but condition only support prefix or suffix`,
  anythingButScalar: `${PREFIX}the anything-but condition only support null or primitive values`,
  numericArray: `${PREFIX}the numeric condition needs an array value`,
  numericRange: `${PREFIX}the numeric value must be between -1.0E9 and 1.0E9 inclusive`,
  numericPair: `${PREFIX}the numeric value should contains an operator and a number`,
  numericOperator: `${PREFIX}the numeric exp only support >,<,>=,<=,=,!=`,
  numericSize: `${PREFIX}the numeric array value should have 2 or 4 elements`,
  // UNVERIFIED EVB-101: what the service puts into the first bracket of EventRuleFilterPatternExceedLimit.
  exceedLimit: (what: string, limit: number) => `The filter pattern [${what}] exceed the limit [${limit}]`,
};

/** The API error code under which a room reports a refusal. */
export type PatternErrorCode =
  | 'EventRuleFilterPatternEmpty'
  | 'EventRuleFilterPatternSchemaError'
  | 'EventRuleFilterPatternExceedLimit';

/** Thrown while compiling and caught in `compilePattern` alone: callers see a value, never an exception. */
export class PatternProblem extends Error {
  readonly code: PatternErrorCode;
  readonly hint: string | undefined;

  constructor(message: string, { code = 'EventRuleFilterPatternSchemaError', hint }: ProblemDetails = {}) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

interface ProblemDetails {
  code?: PatternErrorCode;
  hint?: string | undefined;
}
