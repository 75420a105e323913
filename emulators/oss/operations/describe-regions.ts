/** The regions there are: the one this process plays. */
import { z } from 'zod';
import { OssError } from '../errors.ts';
import { location } from '../wire/bucket-xml.ts';
import { operation, xmlReply } from './operation.ts';

export const DescribeRegions = operation({
  name: 'DescribeRegions',
  match: { method: 'GET', path: '/', query: ['regions'] },
  ram: [{ action: 'oss:DescribeRegions' }],
  input: z.object({ query: z.object({ regions: z.string() }) }),
  handle({ query: { regions } }, { region }) {
    const served = location(region);
    // UNVERIFIED OSS-060: the code for a region there is not.
    if (regions !== '' && regions !== served) throw new OssError('NoSuchRegion', { region: regions });
    return served;
  },
  encode: (region, _input, { request: { endpoint } }) =>
    xmlReply('RegionInfoList', {
      RegionInfo: {
        Region: region,
        // Where this process can be reached, whatever the client calls its region.
        InternetEndpoint: endpoint,
        InternalEndpoint: endpoint,
        AccelerateEndpoint: endpoint,
      },
    }),
});
