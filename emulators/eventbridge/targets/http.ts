/** Delivers to an HTTP or HTTPS address: the Body made from the event is posted, signed so that the receiver can check it. */
import { Buffer } from 'node:buffer';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Ids } from '../../../src/kernel/ids.ts';
import { type HiddenSecret, hideSecret, signEventBridgePush } from '../../../src/signing/eventbridge-push.ts';
import type { SigningKey } from '../store/signing-key.ts';
import { type HttpCaller, outcomeOf } from './http-caller.ts';
import type { TargetDriver } from './target.ts';

export interface HttpTargetNeeds {
  clock: Clock;
  ids: Ids;
  caller: HttpCaller;
  key(): Promise<SigningKey>;
  certificateUrl(): string;
}

/** UNVERIFIED EVB-134: what a receiver is told the body is, whatever a template made of it. */
const CONTENT_TYPE = 'application/json;charset=utf-8';
const SECRET_CHARACTERS = 16;
/** UNVERIFIED EVB-150: how long one secret signs. Receivers refuse calls that are older than this anyway. */
const SECRET_MS = 60_000;

export function createHttpTarget({ clock, ids, caller, key, certificateUrl }: HttpTargetNeeds): TargetDriver {
  let current: (HiddenSecret & { untilMs: number }) | undefined;

  function secretOf(privateKey: SigningKey['private']): HiddenSecret {
    const nowMs = clock.hostNowMs();
    if (current === undefined || nowMs >= current.untilMs)
      current = { ...hideSecret(privateKey, ids.alphanumeric(SECRET_CHARACTERS)), untilMs: nowMs + SECRET_MS };
    return current;
  }

  return {
    async deliver({ target, params, text, hops }) {
      const address = params.url || target.endpoint;
      const url = readHttpUrl(address);
      if (!url) return { error: `The target's address is no http or https URL: "${address}".`, isFinal: true };
      const body = params.body ?? text;
      const { private: privateKey } = await key();
      const signed = await signEventBridgePush({
        ...{ body, url: shownUrl(url), token: params.token || undefined, atMs: clock.hostNowMs() },
        certificateUrl: certificateUrl(),
        key: privateKey,
        secret: secretOf(privateKey),
      });
      const headers = { 'Content-Type': CONTENT_TYPE, 'Content-Length': Buffer.byteLength(body), ...signed };
      return outcomeOf(await caller.call({ method: 'POST', url, headers, body, hops }));
    },
  };
}

/** Undefined for what is none. What a browser keeps to itself (`#…`) is not sent, and so not part of it. */
export function readHttpUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  url.hash = '';
  return url;
}

/** As its receiver sees it: a name and password travel in a header. */
function shownUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}
