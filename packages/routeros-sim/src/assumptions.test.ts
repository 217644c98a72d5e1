import { describe, expect, it } from 'vitest';
import { createTestRouters } from './test-routers.ts';

const { start, logIn } = createTestRouters();

// Nobody confirmed these; software has to live with either answer, so the simulator gives either.
describe('an assumption', () => {
  it('about the text of a duplicate profile can be changed', async () => {
    const usual = (await start()).router;
    expect(() => usual.put('/ppp/profile', { name: 'default' })).toThrow(/already have|such name/);
    const other = (await start({ assumptions: { duplicateProfile: 'failure: name taken' } })).router;
    expect(() => other.put('/ppp/profile', { name: 'default' })).toThrow('failure: name taken');
  });

  it('about secrets of one name for two services', async () => {
    const { router } = await start({ assumptions: { secretPerService: true } });
    router.put('/ppp/secret', { name: 'ali', service: 'l2tp' });
    router.put('/ppp/secret', { name: 'ali', service: 'pppoe', password: 'x' });
    expect(() => router.put('/ppp/secret', { name: 'ali', service: 'pppoe' })).toThrow('secret with the same name');
    expect(router.dial('ali', 'x')).toMatchObject({ ok: true });
  });

  it('about a profile that is removed while it is used', async () => {
    const { router } = await start();
    const id = router.put('/ppp/profile', { name: 'gold' });
    router.put('/ppp/secret', { name: 'ali', profile: 'gold' });
    router.drop('/ppp/profile', 'gold');
    expect(router.find('/ppp/secret', { name: 'ali' })).toMatchObject({ profile: id });
    const strict = (await start({ assumptions: { removeUsedProfile: 'refused' } })).router;
    strict.put('/ppp/profile', { name: 'gold' });
    strict.put('/ppp/secret', { name: 'ali', profile: 'gold' });
    expect(() => strict.drop('/ppp/profile', 'gold')).toThrow('in use');
  });

  it.each([
    ['old', false],
    ['new', true],
  ] as const)('about only-one=yes: the %s session stays', async (onlyOneKeeps, isSecondIn) => {
    const { router } = await start({ assumptions: { onlyOneKeeps } });
    router.put('/ppp/profile', { name: 'one', 'only-one': 'yes' });
    router.put('/ppp/secret', { name: 'ali', profile: 'one' });
    router.dial('ali', '', { callerId: '02:00:00:00:00:01' });
    expect(router.dial('ali', '', { callerId: '02:00:00:00:00:02' }).ok).toBe(isSecondIn);
    expect(router.count('/ppp/active')).toBe(1);
  });

  it('about ?disabled, the beginning of a name, and hidden passwords', async () => {
    const { router } = await start({
      version: '7.24',
      assumptions: { flagQuery: 'presence', prefixMatch: true, passwordsNeedShowSensitive: true },
    });
    router.put('/ppp/profile', { name: 'gold' });
    router.put('/ppp/profile', { name: 'silver' });
    router.put('/ppp/profile', { name: 'silence' });
    router.put('/ppp/secret', { name: 'ali', password: 'x', profile: 'go' });
    expect(() => router.put('/ppp/secret', { name: 'bob', profile: 'sil' })).toThrow('ambiguous value of profile');
    const client = await logIn(router);
    expect(await client.rows('/ppp/secret/print', '?disabled', '=.proplist=name,password,profile')).toEqual([
      { name: 'ali', profile: 'gold' },
    ]);
    const shown = await client.rows('/ppp/secret/print', '=show-sensitive=');
    expect(shown).toMatchObject([{ password: 'x' }]);
  });
});

describe('what one row says of another', () => {
  it('follows a rename', async () => {
    const { router } = await start();
    router.put('/ppp/profile', { name: 'gold' });
    router.put('/ppp/secret', { name: 'ali', profile: 'gold' });
    router.edit('/ppp/profile', 'gold', { name: 'platinum' });
    expect(router.find('/ppp/secret', { name: 'ali' })).toMatchObject({ profile: 'platinum' });
  });
});
