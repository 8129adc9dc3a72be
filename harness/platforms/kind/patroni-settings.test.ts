import { expect, test } from 'vitest';
import { patroniSettings, patroniSettingsScript } from './patroni-settings.ts';

test('a stack that asks for nothing is synchronous and survives a time without the API server', () => {
  expect(patroniSettings({})).toEqual({ synchronous_mode: true, failsafe_mode: true });
});

test('each is switched off by its own name', () => {
  expect(patroniSettings({ 'patroni.synchronousMode': 'off' })).toEqual({
    synchronous_mode: false,
    failsafe_mode: true,
  });
  expect(patroniSettingsScript({ 'patroni.failsafeMode': 'off' })).toContain('"failsafe_mode":false');
});

test('any other value is refused', () => {
  expect(() => patroniSettings({ 'patroni.failsafeMode': 'no' })).toThrow('must be on or off, not "no"');
});
