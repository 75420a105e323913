/** The HTTP cases of cloudevents/conformance against PutEvents: each event is published and read back. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { readScenarios } from './support/gherkin.mjs';
import { isWanted } from './support/suite-folder.mjs';

const FEATURE = 'features/http-protocol-binding.feature';
const EVENTS = ['yaml/v1.yaml', 'yaml/v1.0/v1_minimum.yaml', 'yaml/v03.yaml', 'yaml/v0.3/v03_minimum.yaml'];
/** How PutEvents is told the bus; the suite's events know none. */
const BUS = 'aliyuneventbusname';
const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

export const suite = {
  name: 'cloudevents',
  title: 'cloudevents/conformance, its HTTP feature and its events; once a form of the HTTP binding',
  fetch: ['git clone https://github.com/cloudevents/conformance FOLDER'],
  variants: ['binary', 'structured', 'batch'],
  version: () => 'CloudEvents 1.0 and 0.3',
  missing(folder) {
    const lacking = [FEATURE, ...EVENTS].find((file) => !existsSync(join(folder, file)));
    return lacking && `${lacking} is not there.`;
  },
  // The suite signs nothing.
  settings: () => ({ logLevel: 'error', auth: 'off' }),
  async run({ folder, variant, only, stack }) {
    const read = (file) => readFileSync(join(folder, file), 'utf8');
    const asked = [
      ...casesOfFeature(FEATURE, read(FEATURE), variant),
      ...EVENTS.flatMap((file) => casesOfEvents(file, read(file), variant)),
    ].filter(({ file }) => isWanted(file, only));
    const cases = [];
    for (const [index, each] of asked.entries()) cases.push(await runCase(each, `bus-${index + 1}`, stack));
    return cases;
  },
  misses: [],
};

/** A scenario holds for one form; its structured events are what a batch is made of. */
function casesOfFeature(file, text, variant) {
  const scenarios = readScenarios(text).filter(({ name }) =>
    name.toLowerCase().startsWith(variant === 'batch' ? 'structured' : variant),
  );
  if (scenarios.length === 0) throw new Error(`${file} has no scenario of the form ${variant}.`);
  return scenarios.map(({ name, steps }) => ({ file, name, ...requestAndResult(steps, variant) }));
}

function requestAndResult(steps, variant) {
  const [headText, ...rest] = steps.find(({ text }) => text === 'an HTTP request').doc.split('\n\n');
  const [, ...lines] = headText.split('\n');
  const headers = Object.fromEntries(lines.map((line) => line.match(/^([^:]+): *(.*)$/).slice(1)));
  const attributes = Object.fromEntries(steps.find(({ text }) => text === 'the attributes are:').rows);
  const data = JSON.parse(steps.find(({ text }) => text.startsWith('the data is equal')).doc);
  // These two are the connection's.
  const { Host: _host, 'Content-Length': _length, ...own } = headers;
  const body = rest.join('\n\n');
  if (variant !== 'batch') return { headers: own, body, attributes, data };
  const type = own['Content-Type'].replace(STRUCTURED, BATCH);
  return { headers: { ...own, 'Content-Type': type }, body: `[${body}]`, attributes, data };
}

/** The events of one file, each as the suite's own sender makes a request of it, in the form that is asked. */
function casesOfEvents(file, text, variant) {
  // Without types: `specversion: 1.0` is a text.
  return parseAllDocuments(text, { schema: 'failsafe' }).map((document, index) => {
    const { Mode: mode = 'binary', ContextAttributes, TransportExtensions: more = {}, Data } = document.toJS();
    const { Extensions = {}, ...own } = ContextAttributes;
    const trimmed = Object.entries({ ...own, ...Extensions }).map(([key, value]) => [key, value.trim()]);
    const attributes = Object.fromEntries(trimmed);
    const type = attributes.datacontenttype ?? 'application/json';
    const data = /json/.test(type) ? JSON.parse(Data) : Data;
    const name = `${index + 1} ${attributes.id} (written as ${mode})`;
    return { file, name, ...requestOf({ attributes, data, text: Data }, variant, more), attributes, data };
  });
}

function requestOf({ attributes, data, text }, variant, more) {
  if (variant === 'binary') {
    const { datacontenttype, ...rest } = attributes;
    const headers = Object.fromEntries(Object.entries(rest).map(([key, value]) => [`ce-${key}`, value]));
    return {
      headers: { ...more, ...headers, ...(datacontenttype ? { 'Content-Type': datacontenttype } : {}) },
      body: text,
    };
  }
  const event = { ...attributes, data };
  if (variant === 'structured')
    return { headers: { ...more, 'Content-Type': `${STRUCTURED}; charset=UTF-8` }, body: JSON.stringify(event) };
  return { headers: { ...more, 'Content-Type': `${BATCH}; charset=UTF-8` }, body: JSON.stringify([event]) };
}

async function runCase({ file, name, headers, body, attributes, data }, bus, stack) {
  try {
    await call(stack, 'createEventBus', {}, JSON.stringify({ EventBusName: bus }));
    const sent = withBus(headers, body, bus);
    const answer = await call(stack, 'putEvents', sent.headers, sent.body);
    if (answer.FailedEntryCount !== 0) throw new Error(`refused: ${JSON.stringify(answer.EntryList)}`);
    const known = await fetch(`${stack.endpoint}/_localyun/events/${attributes.id}?bus=${bus}`);
    const { event } = await known.json();
    compare(event, attributes, data);
    return { file, name, result: 'passed' };
  } catch (error) {
    return { file, name, result: 'failed', message: error.message };
  }
}

/** The one thing added to what the suite says. */
function withBus(headers, body, bus) {
  if (Object.keys(headers).some((name) => name.startsWith('ce-')))
    return { headers: { ...headers, [`ce-${BUS}`]: bus }, body };
  return { headers, body: body.replace('{', `{"${BUS}":"${bus}",`) };
}

async function call({ endpoint }, operation, headers, body) {
  // Bytes, for to a text fetch adds a content type of its own.
  const request = { method: 'POST', headers, body: Buffer.from(body) };
  const response = await fetch(`${endpoint}/openapi/${operation}`, request);
  const answer = await response.json();
  if (!response.ok) throw new Error(`${operation} answers ${response.status}: ${JSON.stringify(answer)}`);
  return answer;
}

function compare(event, attributes, data) {
  for (const [key, value] of Object.entries(attributes))
    if (event?.[key] !== value)
      throw new Error(`${key} is ${JSON.stringify(event?.[key])}, and was ${JSON.stringify(value)}`);
  const { data: kept, data_base64: bytes } = event;
  const found = bytes === undefined ? kept : Buffer.from(bytes, 'base64').toString();
  if (!isDeepStrictEqual(found, data))
    throw new Error(`data is ${JSON.stringify(found)}, and was ${JSON.stringify(data)}`);
}
