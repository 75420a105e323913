/** The website configuration as clients write and read it. */
import { WEBSITE_INCLUDE_HEADERS_MAX, WEBSITE_RULES_MAX } from '../limits.ts';
import { element, flag, kindOf, list, optional, text, whole } from './document-shape.ts';

const keyAndValue = element({ Key: text(), Value: text() });

const condition = element({
  KeyPrefixEquals: optional(text()),
  KeySuffixEquals: optional(text()),
  HttpErrorCodeReturnedEquals: optional(whole({ min: 400, max: 599 })),
  IncludeHeader: list(
    element({
      Key: text({ matching: /./ }),
      Equals: optional(text()),
      StartsWith: optional(text()),
      EndsWith: optional(text()),
    }),
    { lengthMax: WEBSITE_INCLUDE_HEADERS_MAX },
  ),
});

const redirect = element({
  RedirectType: optional(text({ oneOf: ['Mirror', 'External', 'AliCDN', 'Internal'] })),
  Protocol: optional(text({ oneOf: ['http', 'https'] })),
  HostName: optional(text({ matching: /^[A-Za-z0-9._:-]+$/ })),
  HttpRedirectCode: optional(whole({ min: 300, max: 399 })),
  PassQueryString: optional(flag),
  ReplaceKeyWith: optional(text()),
  ReplaceKeyPrefixWith: optional(text()),
  EnableReplacePrefix: optional(flag),
  MirrorURL: optional(text()),
  MirrorURLSlave: optional(text()),
  MirrorURLProbe: optional(text()),
  MirrorPassQueryString: optional(flag),
  MirrorPassOriginalSlashes: optional(flag),
  MirrorFollowRedirect: optional(flag),
  MirrorCheckMd5: optional(flag),
  MirrorSNI: optional(flag),
  MirrorHeaders: optional(
    element({ PassAll: optional(flag), Pass: list(text()), Remove: list(text()), Set: list(keyAndValue) }),
  ),
  MirrorSaveOssMeta: optional(flag),
  MirrorProxyPass: optional(flag),
  MirrorAllowGetImageInfo: optional(flag),
  MirrorAllowVideoSnapshot: optional(flag),
  MirrorAllowHeadObject: optional(flag),
  MirrorIsExpressTunnel: optional(flag),
  MirrorDstRegion: optional(text()),
  MirrorDstVpcId: optional(text()),
  MirrorDstSlaveVpcId: optional(text()),
  MirrorTunnelId: optional(text()),
  MirrorUserLastModified: optional(flag),
  MirrorUsingRole: optional(flag),
  MirrorRole: optional(text()),
  MirrorSwitchAllErrors: optional(flag),
  // Terraform's alicloud_oss_bucket_website sends what it was not told of: a 0 here, an empty LuaConfig below.
  MirrorAsyncStatus: optional(whole({ min: 0, max: 599 })),
  TransparentMirrorResponseCodes: optional(text()),
  MirrorTaggings: optional(element({ Taggings: list(keyAndValue) })),
  MirrorReturnHeaders: optional(element({ ReturnHeader: list(keyAndValue) })),
  MirrorAuth: optional(
    element({
      AuthType: optional(text()),
      Region: optional(text()),
      AccessKeyId: optional(text()),
      AccessKeySecret: optional(text()),
    }),
  ),
  MirrorMultiAlternates: optional(
    element({
      MirrorMultiAlternate: list(
        element({
          MirrorMultiAlternateNumber: optional(whole({ min: 0, max: 1000 })),
          MirrorMultiAlternateURL: optional(text()),
          MirrorMultiAlternateVpcId: optional(text()),
          MirrorMultiAlternateDstRegion: optional(text()),
        }),
      ),
    }),
  ),
});

const rule = element({
  RuleNumber: whole({ min: 1, max: 1_000_000 }),
  Condition: optional(condition),
  Redirect: optional(redirect),
  LuaConfig: optional(element({ Script: optional(text()) })),
});

export const website = element({
  IndexDocument: optional(
    element({
      Suffix: text({ matching: /^[^/].*$/s }),
      SupportSubDir: optional(flag),
      Type: optional(whole({ min: 0, max: 2 })),
    }),
  ),
  ErrorDocument: optional(
    // Empty is none: aliyun-oss-go-sdk writes it so for a website without an error page.
    element({ Key: text({ matching: /^([^/].*)?$/s }), HttpStatus: optional(whole({ min: 200, max: 599 })) }),
  ),
  RoutingRules: optional(element({ RoutingRule: list(rule, { lengthMax: WEBSITE_RULES_MAX }) })),
});

export const WEBSITE = kindOf('website', website);
