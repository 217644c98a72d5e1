// The second factor: a code from an authenticator app, and ten recovery codes for the day on which the phone is gone.
import { createHash, randomBytes } from 'node:crypto';
import QRCode from 'qrcode';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import type { SealedColumn, Sealer } from '#platform/secrets.ts';
import { getSettings } from '#settings/provider.ts';
import { lockStaff, type StaffMember } from './staff.ts';
import { acceptedStep, base32, totpAddress } from './totp-rules.ts';

const secretBytes = 20;
const recoveryCodeCount = 10;
const setupMinutes = 15;

const contextOf = (staffId: string) => `totp ${staffId}`;
const setupContextOf = (staffId: string) => `totp setup ${staffId}`;

export const sealedSecondFactors: SealedColumn = {
  table: 'auth.staff',
  column: 'totp_sealed',
  key: ['id'],
  contextOf: (staffId = '') => contextOf(staffId),
};

/** True without a second factor. Takes the code: it works once. The row of the person must be locked. */
export async function isSecondFactorRight(
  work: Work,
  sealer: Sealer,
  staff: StaffMember,
  code: string | undefined,
): Promise<boolean> {
  if (!staff.totpSealed) return true;
  const plain = (code ?? '').replace(/[\s-]/g, '').toUpperCase();
  if (!/^\d{6}$/.test(plain)) return useRecoveryCode(work, staff.id, plain);
  const secret = Buffer.from(sealer.open(staff.totpSealed, contextOf(staff.id)), 'base64');
  const step = acceptedStep(secret, plain, work.now.epochMilliseconds, Number(staff.totpStep));
  if (step === undefined) return false;
  await work.db
    .updateTable('auth.staff')
    .set({ totp_step: BigInt(step) })
    .where('id', '=', staff.id)
    .execute();
  return true;
}

async function useRecoveryCode(work: Work, staffId: string, code: string): Promise<boolean> {
  const used = await work.db
    .updateTable('auth.recovery_codes')
    .set({ used_at: work.now })
    .where('staff_id', '=', staffId)
    .where('code_hash', '=', hashCode(code))
    .where('used_at', 'is', null)
    .returning('used_at')
    .executeTakeFirst();
  if (!used) return false;
  await audit(work, 'staff.recovery_code_used', [staffId], { left: await countRecoveryCodes(work.db, staffId) });
  return true;
}

export type Setup = { secret: string; address: string; qrCode: string; ticket: string };

/** Makes a secret and hands it out; it counts only once a code shows that the app has it. */
export async function offerSecondFactor(
  db: Db,
  sealer: Sealer,
  staff: { id: string; username: string },
  now: Temporal.Instant,
): Promise<Setup> {
  const secret = randomBytes(secretBytes);
  const { providerName } = await getSettings(db);
  const address = totpAddress(secret, providerName, staff.username);
  const offer = JSON.stringify({
    secret: secret.toString('base64'),
    until: now.add({ minutes: setupMinutes }).toString(),
  });
  return {
    secret: base32(secret),
    address,
    qrCode: await QRCode.toString(address, { type: 'svg', margin: 1, errorCorrectionLevel: 'M' }),
    ticket: sealer.seal(offer, setupContextOf(staff.id)).toString('base64url'),
  };
}

/** Switches the second factor on; answers with the recovery codes, which are shown this once. */
export async function acceptSecondFactor(
  work: Work,
  sealer: Sealer,
  staffId: string,
  { ticket, code }: { ticket: string; code: string },
): Promise<string[]> {
  const secret = openTicket(sealer, staffId, ticket, work.now);
  const staff = await lockStaff(work, staffId);
  if (!staff) throw new DomainError('signed_out');
  if (staff.totpSealed) throw new DomainError('second_factor_on_already');
  const step = acceptedStep(secret, code.replace(/\s/g, ''), work.now.epochMilliseconds, 0);
  if (step === undefined) throw fieldError('second_factor_wrong', 'code', 'is not the code of this moment');
  await work.db
    .updateTable('auth.staff')
    .set({
      totp_sealed: sealer.seal(secret.toString('base64'), contextOf(staffId)),
      totp_step: BigInt(step),
      totp_since: work.now,
    })
    .where('id', '=', staffId)
    .execute();
  await audit(work, 'staff.second_factor_on', [staffId]);
  work.announce('staff', staffId);
  return renewRecoveryCodes(work, staffId);
}

function openTicket(sealer: Sealer, staffId: string, ticket: string, now: Temporal.Instant): Buffer {
  const wrong = () => new DomainError('second_factor_offer_over', {}, 'this offer is over: begin again');
  let offer: { secret: string; until: string };
  try {
    offer = JSON.parse(sealer.open(Buffer.from(ticket, 'base64url'), setupContextOf(staffId)));
  } catch {
    throw wrong();
  }
  if (Temporal.Instant.compare(now, Temporal.Instant.from(offer.until)) > 0) throw wrong();
  return Buffer.from(offer.secret, 'base64');
}

/** Codes of 50 bits in two groups. The old ones are worth nothing from now on. */
export async function renewRecoveryCodes(work: Work, staffId: string): Promise<string[]> {
  const codes = Array.from({ length: recoveryCodeCount }, () => base32(randomBytes(7)).slice(0, 10));
  await work.db.deleteFrom('auth.recovery_codes').where('staff_id', '=', staffId).execute();
  await work.db
    .insertInto('auth.recovery_codes')
    .values(codes.map((code) => ({ staff_id: staffId, code_hash: hashCode(code) })))
    .execute();
  await audit(work, 'staff.recovery_codes_renewed', [staffId], { count: codes.length });
  return codes.map((code) => `${code.slice(0, 5)}-${code.slice(5)}`);
}

export async function removeSecondFactor(work: Work, staffId: string): Promise<void> {
  const staff = await lockStaff(work, staffId);
  if (!staff) throw new DomainError('staff_not_found', { staffId });
  if (!staff.totpSealed) throw new DomainError('second_factor_off_already');
  await work.db
    .updateTable('auth.staff')
    .set({ totp_sealed: null, totp_since: null, totp_step: 0n })
    .where('id', '=', staffId)
    .execute();
  await work.db.deleteFrom('auth.recovery_codes').where('staff_id', '=', staffId).execute();
  await audit(work, 'staff.second_factor_off', [staffId]);
  work.announce('staff', staffId);
}

export async function countRecoveryCodes(db: Db, staffId: string): Promise<number> {
  const { count } = await db
    .selectFrom('auth.recovery_codes')
    .select((e) => e.fn.countAll<bigint>().as('count'))
    .where('staff_id', '=', staffId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

// Random enough that a fast hash keeps them.
function hashCode(code: string): Buffer {
  return createHash('sha256').update('lastmile recovery code').update(code).digest();
}
