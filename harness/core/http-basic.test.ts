import { expect, test } from 'vitest';
import { asksForBasic, basicAuthorization, whyNoBasic } from './http-basic.ts';

test.each([
  ['Basic realm="Welcome to Airbyte"', true],
  ['basic', true],
  ['Bearer realm="x", Basic realm="y", charset="UTF-8"', true],
  ['Negotiate,Basic', true],
  ['Bearer realm="not, basic at all"', false],
  [String.raw`Bearer realm="a \", basic "`, false],
  ['Bearer error="invalid_token"', false],
  ['Digest realm=basic', false],
  ['Basically realm="x"', false],
  ['', false],
  [undefined, false],
])('%j asks for HTTP Basic: %j', (header, expected) => {
  expect(asksForBasic(header)).toBe(expected);
});

test('what is sent is UTF-8, and the first colon ends the username', () => {
  // The example of RFC 7617, section 2.1.
  expect(basicAuthorization('test', '123£')).toBe('Basic dGVzdDoxMjPCow==');
  expect(basicAuthorization('Aladdin', 'open sesame')).toBe('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==');
});

test('a colon belongs into a password and not into a username; control characters into neither', () => {
  expect(whyNoBasic('password', 'a:b ü€')).toBeUndefined();
  expect(whyNoBasic('username', 'a b ü')).toBeUndefined();
  expect(whyNoBasic('username', 'a:b')).toContain('a colon');
  expect(whyNoBasic('username', 'a\tb')).toContain('control characters');
  expect(whyNoBasic('password', 'a\nb')).toContain('control characters');
});
