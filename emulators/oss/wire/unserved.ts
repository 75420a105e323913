/** How the cloud refuses what a region or a bucket has not switched on: where it has words for that, they are ours too. */
import { OssError } from '../errors.ts';

/** alibabacloud-oss-go-sdk-v2 1.5 tests. */
const REFUSALS: Readonly<Record<string, () => OssError>> = {
  SealAppendObject: () =>
    new OssError('OperationNotSupported', { message: 'SealAppendable is not supported.', ec: '0016-00000513' }),
};

export function refusalOf(name: string): OssError {
  return REFUSALS[name]?.() ?? new OssError('NotImplemented', { message: `The operation ${name} is not served yet.` });
}
