/** The regions there are: the one this process plays, by its own address, and those of the cloud by theirs. */
import { z } from 'zod';
import { OssError } from '../errors.ts';
import { location } from '../wire/bucket-xml.ts';
import { PUBLIC_REGIONS } from '../wire/regions.ts';
import { operation, xmlReply } from './operation.ts';

export const DescribeRegions = operation({
  name: 'DescribeRegions',
  match: { method: 'GET', path: '/', query: ['regions'] },
  ram: [{ action: 'oss:DescribeRegions' }],
  input: () => z.object({ query: z.object({ regions: z.string() }) }),
  handle({ query: { regions } }, { region }) {
    const known = PUBLIC_REGIONS.includes(region) ? PUBLIC_REGIONS : [region, ...PUBLIC_REGIONS];
    const asked = regions === '' ? known : known.filter((name) => location(name) === regions);
    // UNVERIFIED OSS-060: the code for a region there is not.
    if (asked.length === 0) throw new OssError('NoSuchRegion', { region: regions });
    return { asked, own: region };
  },
  encode: ({ asked, own }, _input, { request: { endpoint } }) =>
    xmlReply('RegionInfoList', {
      RegionInfo: asked.map((name) => (name === own ? here(name, endpoint) : there(name))),
    }),
});

/** Where this process can be reached, whatever the client calls its region. */
function here(region: string, endpoint: string) {
  return {
    Region: location(region),
    InternetEndpoint: endpoint,
    InternalEndpoint: endpoint,
    AccelerateEndpoint: endpoint,
  };
}

function there(region: string) {
  return {
    Region: location(region),
    InternetEndpoint: `${location(region)}.aliyuncs.com`,
    InternalEndpoint: `${location(region)}-internal.aliyuncs.com`,
    AccelerateEndpoint: 'oss-accelerate.aliyuncs.com',
  };
}
