import { t } from '../../lib/words.ts';

const browsers = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'] as const;
const systems = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS X', 'Linux'] as const;
const better: Record<string, string> = { Edg: 'Edge', OPR: 'Opera', 'Mac OS X': 'macOS' };

/** "Firefox, Windows" from what a browser says of itself: enough to know one's own. */
export function deviceWord({ agent, kind }: { agent: string; kind: 'cookie' | 'token' }): string {
  const found = [browsers.find((name) => agent.includes(`${name}/`)), systems.find((name) => agent.includes(name))]
    .filter((name) => name !== undefined)
    .map((name) => better[name] ?? name);
  if (found.length > 0) return found.join(', ');
  if (kind === 'token') return t('account.sessions.program', { agent: agent.slice(0, 40) || '?' });
  return agent.slice(0, 60) || t('account.sessions.unknown');
}
