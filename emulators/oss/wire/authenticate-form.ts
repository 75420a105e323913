/** Who sends a PostObject form: its policy is what is signed, and what limits it. */
import type { Principal } from '../../../src/kernel/principal.ts';
import type { Credential } from '../../../src/ports/credential-source.ts';
import { type PostClaim, recognisePost, type UnusablePostClaim, verifyPost } from '../../../src/signing/post-policy.ts';
import { parseBasicIso, SIGNATURE_WINDOW_MS } from '../../../src/signing/signing-time.ts';
import { OssError } from '../errors.ts';
import { checkPolicy, conditionFailed, type PostPolicy, parsePolicy, type SizeRange } from '../service/post-policy.ts';
import type { FormSubject, OssServices } from '../service/services.ts';
import type { AuthenticatorNeeds } from './authenticate.ts';
import { assertToken } from './claim-checks.ts';
import { invalidArgument } from './object-headers.ts';

/** Help page "PostObject (V4)": a form is good for at most seven days. */
const FORM_AGE_MAX_MS = 7 * 24 * 3600 * 1000;
const ANY_SIZE: SizeRange = { min: 0, max: Number.POSITIVE_INFINITY };
/** What a V4 policy has to repeat of its form. */
const V4_CONDITIONS = ['x-oss-signature-version', 'x-oss-credential', 'x-oss-date'];

export function createFormAuthenticator(needs: AuthenticatorNeeds): OssServices['authenticateForm'] {
  const { clock, logger, credentials, accountId } = needs;

  function enforce({ bucket, fields }: FormSubject) {
    const claim = recognisePost(fields);
    if (claim === undefined) return { principal: { type: 'anonymous' } as Principal, size: ANY_SIZE };
    if (claim.scheme === undefined) throw unusable(claim);

    const credential = credentials.find(claim.accessKeyId);
    if (!credential) throw new OssError('InvalidAccessKeyId', { accessKeyId: claim.accessKeyId });
    assertToken(claim, credential, clock.nowMs());
    assertSigned(claim, credential);
    const nowMs = clock.hostNowMs();
    const policy = parsePolicy(claim.policy);
    if (claim.scheme === 'v4') assertV4(claim.date, policy, nowMs);
    const fieldValue = (name: string) => (name === 'bucket' ? bucket : fields.get(name));
    return { principal: credential.principal, size: checkPolicy(policy, fieldValue, nowMs) };
  }

  /** The principal of a known key, without any proof; the account itself for everybody else. */
  function believe({ fields }: FormSubject) {
    const claim = recognisePost(fields);
    const credential = claim?.scheme === undefined ? undefined : credentials.find(claim.accessKeyId);
    const principal: Principal = credential?.principal ?? { type: 'account', accountId };
    return { principal, size: ANY_SIZE };
  }

  function onlyTell(form: FormSubject) {
    try {
      return enforce(form);
    } catch (error) {
      if (!(error instanceof OssError)) throw error;
      logger.warn('This form would be refused: auth is set to log only.', { bucket: form.bucket, code: error.code });
      return believe(form);
    }
  }

  return { enforce, log: onlyTell, off: believe }[needs.auth];
}

function assertSigned(claim: PostClaim, { accessKeySecret }: Credential): void {
  if (verifyPost(claim, accessKeySecret)) return;
  throw new OssError('SignatureDoesNotMatch', {
    accessKeyId: claim.accessKeyId,
    signatureProvided: claim.signature,
    stringToSign: claim.policy,
  });
}

/** UNVERIFIED OSS-062: the refusals of a form that is too old or from the future, and of a policy that leaves a field out. */
function assertV4(date: string, { conditions }: PostPolicy, nowMs: number): void {
  const dateMs = parseBasicIso(date);
  if (dateMs === undefined) throw invalidArgument('x-oss-date must be YYYYMMDDTHHMMSSZ.', 'x-oss-date', date);
  if (nowMs < dateMs - SIGNATURE_WINDOW_MS || nowMs > dateMs + FORM_AGE_MAX_MS)
    throw new OssError('AccessDenied', { message: 'Invalid according to Policy: Policy expired.' });
  for (const field of V4_CONDITIONS) {
    const isRepeated = conditions.some((condition) => condition.operator === 'eq' && condition.field === field);
    if (!isRepeated) throw conditionFailed({ operator: 'eq', field, value: '' });
  }
}

function unusable({ field, problem }: UnusablePostClaim): OssError {
  if (problem === 'malformed') return invalidArgument(`The form field ${field} is malformed.`, field);
  if (field === 'OSSAccessKeyId') return invalidArgument('Post request accessKeyId is empty.', field);
  if (field === 'Signature') return invalidArgument('Post request signature is empty.', field);
  return invalidArgument(`Post request ${field} is empty.`, field);
}
