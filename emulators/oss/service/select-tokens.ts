/** The words of a SELECT statement, taken one after the other. */
import { OssError } from '../errors.ts';

export interface Tokens {
  /** Takes this sign or word if it is next. */
  take(sign: string): boolean;
  takeWord(word: string): boolean;
  /** A name followed by an opening parenthesis. */
  takeCall(name: string): boolean;
  /** At the end, or one of these is next. */
  isWord(...words: string[]): boolean;
  expect(sign: string): void;
  expectWord(word: string): void;
  expectEnd(): void;
  /** Undefined where no name is next. */
  name(): string | undefined;
  text(): string;
  number(): number;
  /** A text or a number; undefined where neither is next. */
  literal(): string | number | undefined;
  fail(wanted: string): never;
}

type Token = { kind: 'text' | 'number' | 'name' | 'quoted' | 'sign'; text: string };

const TOKEN =
  /\s*(?:'(?<text>(?:[^']|'')*)'|"(?<quoted>[^"]+)"|(?<number>\d+(?:\.\d+)?)|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<sign>\|\||<>|!=|<=|>=|[-+*/%(),.=<>[\]]))/uy;

export function createTokens(text: string): Tokens {
  const tokens = split(text);
  let at = 0;
  const isSign = (sign: string) => tokens[at]?.kind === 'sign' && tokens[at]?.text === sign;
  const isName = (word: string) => tokens[at]?.kind === 'name' && tokens[at]?.text.toLowerCase() === word;
  const takeIf = (isNext: boolean) => {
    if (isNext) at++;
    return isNext;
  };
  const fail = (wanted: string): never => {
    throw invalid(`There should be ${wanted} at ${JSON.stringify(tokens[at]?.text ?? 'the end')}.`);
  };
  const next = (...kinds: Token['kind'][]) => {
    const token = tokens[at];
    if (!token || !kinds.includes(token.kind)) return undefined;
    at++;
    return token.text;
  };
  const literal = () => {
    const isNumber = tokens[at]?.kind === 'number';
    const token = next('text', 'number');
    return token === undefined || !isNumber ? token : Number(token);
  };
  return {
    take: (sign) => takeIf(isSign(sign)),
    takeWord: (word) => takeIf(isName(word)),
    takeCall(name) {
      const isCall = isName(name) && tokens[at + 1]?.text === '(';
      if (isCall) at += 2;
      return isCall;
    },
    isWord: (...words) => at >= tokens.length || words.some(isName),
    expect: (sign) => void (takeIf(isSign(sign)) || fail(sign)),
    expectWord: (word) => void (takeIf(isName(word)) || fail(word.toUpperCase())),
    expectEnd: () => void (at >= tokens.length || fail('nothing more')),
    name: () => next('name', 'quoted'),
    text: () => next('text') ?? fail('a text'),
    number: () => Number(next('number') ?? fail('a number')),
    literal,
    fail,
  };
}

function split(text: string): Token[] {
  // alibabacloud-oss-v2 1.3 tests for Python: one quote too many at the end does no harm, nor does a semicolon.
  const statement = text.trim().replace(/(?<=ossobject)'$|;$/i, '');
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < statement.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(statement)?.groups;
    const [kind, value] = Object.entries(groups ?? {}).find(([, found]) => found !== undefined) ?? [];
    if (kind === undefined || value === undefined) throw invalid(`It can't be read from character ${at + 1} on.`);
    tokens.push({ kind: kind as Token['kind'], text: kind === 'text' ? value.replaceAll("''", "'") : value });
  }
  return tokens;
}

function invalid(why: string): OssError {
  return new OssError('InvalidSqlParameter', { message: `The SQL expression is not valid. ${why}` });
}
