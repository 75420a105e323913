/** Rules that forbid overwriting, as clients write and read them. */
import type { XmlContent, XmlValue } from '../../../src/protocols/xml.ts';
import { OVERWRITE_RULES_MAX } from '../limits.ts';
import type { OverwriteRules } from '../service/overwriting.ts';
import { element, list, optional, text } from './document-shape.ts';

const configuration = element({
  Rule: list(
    element({
      ID: text({ matching: /^.{1,255}$/ }),
      Action: text({ oneOf: ['forbid'] }),
      Prefix: optional(text()),
      Suffix: optional(text()),
      Principals: optional(element({ Principal: list(text()) })),
    }),
    { lengthMax: OVERWRITE_RULES_MAX },
  ),
});

export function readOverwriteRules(content: XmlContent): OverwriteRules {
  const { Rule } = configuration.read(content, 'OverwriteConfiguration');
  return {
    rules: Rule.map(({ ID, Prefix = '', Suffix = '', Principals }) => ({
      id: ID,
      prefix: Prefix,
      suffix: Suffix,
      principals: Principals?.Principal ?? [],
    })),
  };
}

export function overwriteRulesXml({ rules }: OverwriteRules): XmlValue {
  return {
    Rule: rules.map(({ id, prefix, suffix, principals }) => ({
      ID: id,
      Action: 'forbid',
      Prefix: prefix,
      Suffix: suffix,
      Principals: principals.length > 0 ? { Principal: principals } : undefined,
    })),
  };
}
