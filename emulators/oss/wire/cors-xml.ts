/** The CORS configuration as clients write and read it. */
import { type XmlContent, type XmlValue, xmlChildren } from '../../../src/protocols/xml.ts';
import { type CorsDocument, type CorsRuleDraft, checkCors } from '../service/cors.ts';
import { assertElements, optionalText, texts, trueOrFalse, wholeNumber } from './document-xml.ts';

const RULE = ['AllowedOrigin', 'AllowedMethod', 'AllowedHeader', 'ExposeHeader', 'MaxAgeSeconds'];

export function readCors(content: XmlContent): CorsDocument {
  assertElements(content, ['CORSRule', 'ResponseVary'], 'CORSConfiguration');
  const vary = trueOrFalse(optionalText(content, 'ResponseVary'), 'ResponseVary');
  return checkCors(xmlChildren(content, 'CORSRule').map(readRule), vary ?? false);
}

function readRule(rule: XmlContent): CorsRuleDraft {
  assertElements(rule, RULE, 'CORSRule');
  return {
    allowedOrigins: texts(rule, 'AllowedOrigin'),
    allowedMethods: texts(rule, 'AllowedMethod'),
    allowedHeaders: texts(rule, 'AllowedHeader'),
    exposeHeaders: texts(rule, 'ExposeHeader'),
    maxAgeSeconds: wholeNumber(optionalText(rule, 'MaxAgeSeconds') || undefined, 'MaxAgeSeconds'),
  };
}

export function corsXml({ rules, responseVary }: CorsDocument): XmlValue {
  return {
    CORSRule: rules.map((rule) => ({
      AllowedOrigin: rule.allowedOrigins,
      AllowedMethod: rule.allowedMethods,
      AllowedHeader: rule.allowedHeaders,
      ExposeHeader: rule.exposeHeaders,
      MaxAgeSeconds: rule.maxAgeSeconds,
    })),
    ResponseVary: responseVary,
  };
}
