// How RouterOS is told: one change, one command.
import type { RouterClient } from '@lastmile/routeros';
import type { ServiceKind } from '#provisioning/profiles.ts';
import { markOf } from '#provisioning/rules/mark-rules.ts';
import type { AccountFields, Change, HandLimit, ProfileFields } from '#provisioning/rules/object-rules.ts';
import { limitProperties, menus } from './routeros-objects.ts';

/** null clears a value. */
type Attributes = Record<string, string | null>;

export async function send(client: RouterClient, change: Change): Promise<void> {
  switch (change.kind) {
    case 'add_pool':
      await client.add('/ip/pool', { name: change.pool.name, ranges: change.pool.ranges });
      return;
    case 'set_pool':
      await client.set('/ip/pool', change.ref, {
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(change.ranges === undefined ? {} : { ranges: change.ranges }),
      });
      return;
    case 'add_profile': {
      const { id, service, name } = change.profile;
      await client.add(menus[service].profile, {
        name,
        ...withoutNulls(profileAttributes(service, change.profile)),
        ...(service === 'pppoe' ? { comment: markOf(id) } : {}),
      });
      return;
    }
    case 'free_profile_name':
      await client.set(menus[change.profile.service].profile, change.ref, { name: change.name });
      return;
    case 'set_profile': {
      const { name, ...fields } = change.fields;
      await client.set(menus[change.profile.service].profile, change.ref, {
        ...(name === undefined ? {} : { name }),
        ...profileAttributes(change.profile.service, fields),
      });
      return;
    }
    case 'add_account': {
      const { id, service, name, password, staticAddress, macAddress, isEnabled } = change.account;
      const fields = { name, password, profile: change.profileName, staticAddress, macAddress, isDisabled: !isEnabled };
      await client.add(menus[service].account, {
        ...(service === 'pppoe' ? { service } : {}),
        ...withoutNulls(accountAttributes(service, fields)),
        comment: markOf(id),
      });
      return;
    }
    case 'free_account_name':
      await client.set(menus[change.account.service].account, change.ref, { name: change.name });
      return;
    case 'set_account':
      await client.set(
        menus[change.account.service].account,
        change.ref,
        accountAttributes(change.account.service, change.fields),
      );
      return;
    case 'mark_profile':
      await client.set(menus[change.profile.service].profile, change.ref, { comment: change.comment });
      return;
    case 'mark_account':
      await client.set(menus[change.account.service].account, change.ref, { comment: change.comment });
      return;
    case 'remove_account':
      await client.remove(menus[change.account.service].account, change.ref);
      return;
    case 'drop_session':
      await client.remove(menus[change.account.service].session, change.ref);
      return;
    case 'drop_cookie':
      await client.remove(menus.hotspot.cookie ?? '', change.ref);
  }
}

/** What is not set needs no word in an `add`. */
function withoutNulls(attributes: Attributes): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== ''),
  );
}

function given<T>(name: string, value: T | undefined, word: (value: T) => string | null): Attributes {
  return value === undefined ? {} : { [name]: word(value) };
}

const orCleared = (value: string | null) => value;
const orEmpty = (value: string | null) => value ?? '';
const seconds = (none: string | null) => (value: number | null) => (value === null ? none : `${value}s`);

function profileAttributes(service: ServiceKind, fields: Partial<ProfileFields>): Attributes {
  const shared = {
    ...given('rate-limit', fields.rateLimit, (word) => word),
    ...given('address-list', fields.addressList, orEmpty),
  };
  if (service === 'pppoe')
    return {
      ...shared,
      ...given('session-timeout', fields.sessionTimeoutSeconds, seconds(null)),
      ...given('idle-timeout', fields.idleTimeoutSeconds, seconds(null)),
      ...given('only-one', fields.sharedUsers, (count) => (count === 1 ? 'yes' : 'default')),
      ...given('remote-address', fields.pool, orCleared),
      // Each router has its own where the plan says nothing.
      ...given('local-address', fields.localAddress ?? undefined, (address) => address),
      ...given('dns-server', fields.dnsServers, orCleared),
    };
  return {
    ...shared,
    ...given('session-timeout', fields.sessionTimeoutSeconds, seconds('0s')),
    ...given('idle-timeout', fields.idleTimeoutSeconds, seconds('none')),
    ...given('shared-users', fields.sharedUsers, (count) => (count === null ? 'unlimited' : String(count))),
    ...given('address-pool', fields.pool, (pool) => pool ?? 'none'),
  };
}

function accountAttributes(service: ServiceKind, fields: AccountFields): Attributes {
  return {
    ...given('name', fields.name, (name) => name),
    ...given('password', fields.password, (password) => password),
    ...given('profile', fields.profile, (profile) => profile),
    ...(fields.isForKind && service === 'pppoe' ? { service } : {}),
    ...given(service === 'pppoe' ? 'remote-address' : 'address', fields.staticAddress, orCleared),
    ...(service === 'pppoe'
      ? given('caller-id', fields.macAddress, orEmpty)
      : given('mac-address', fields.macAddress, orCleared)),
    ...Object.fromEntries(
      Object.entries(limitProperties[service])
        .filter(([limit]) => fields[limit as HandLimit] === null)
        .map(([, property]) => [property, property === 'limit-uptime' ? '0s' : '0']),
    ),
    ...given('disabled', fields.isDisabled, (isDisabled) => (isDisabled ? 'yes' : 'no')),
  };
}
