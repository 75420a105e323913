/** Event sources as the API spells them. */
import type { XmlValue } from '../../../src/protocols/xml.ts';
import { OSS_EVENTS } from '../service/cloud-event.ts';
import { DEFAULT_BUS, type Owner, sourceArn } from '../service/names.ts';
import type { SourceConfig, SourceRow } from '../store/sources.ts';

type Shape = Readonly<Record<string, XmlValue>>;

export function sourceShape(owner: Owner, source: SourceRow, webhookUrl: (token: string) => string): Shape {
  const { name, bus, description, createdAtMs, config } = source;
  return {
    Name: name,
    Arn: sourceArn(owner, bus, name),
    Status: 'Activated',
    Type: 'UserDefined',
    Ctime: createdAtMs,
    Description: description,
    EventBusName: bus,
    ...configShape(config, webhookUrl),
  };
}

function configShape(config: SourceConfig, webhookUrl: (token: string) => string): Shape {
  switch (config.kind) {
    case 'custom':
      return {};
    case 'webhook': {
      // One port, one network: every kind of address is this one.
      const urls = [webhookUrl(config.token)];
      return {
        SourceHttpEventParameters: {
          Type: config.type,
          Method: config.methods,
          SecurityConfig: config.security,
          Ip: config.ips,
          Referer: config.referers,
          PublicWebHookUrl: urls,
          VpcWebHookUrl: urls,
        },
      };
    }
    case 'schedule': {
      const { schedule, timeZone, userData } = config;
      return { SourceScheduledEventParameters: { Schedule: schedule, TimeZone: timeZone, UserData: userData } };
    }
  }
}

const OSS = 'acs.oss';

/** Those that raise events here. */
export function officialSourceShapes({ region }: Owner): Shape[] {
  const types = OSS_EVENTS.map((event): Shape => {
    const [group = '', short = ''] = event.split(':');
    return { Name: `oss:${event}`, ShortName: short, GroupName: group, EventSourceName: OSS };
  });
  return [
    {
      Name: OSS,
      FullName: OSS,
      // `@alicloud/eventbridge20200401` source: the example of the operation.
      Arn: `acs:eventbridge:${region}:SYSTEM:eventbus/${DEFAULT_BUS}/eventsource/${OSS}`,
      Status: 'Activated',
      Type: 'AliyunOfficial',
      Ctime: 0,
      Description: 'Object Storage Service',
      EventBusName: DEFAULT_BUS,
      EventTypes: types,
    },
  ];
}
