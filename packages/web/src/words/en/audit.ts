export const audit = {
  title: 'Audit',
  about: 'Who did what, and when. Entries are never changed or removed.',
  aboutOne: 'Entries about one thing',
  showAll: 'Show all entries',
  columns: { time: 'Time', actor: 'Who', action: 'What', details: 'Details' },
  kinds: { staff: 'Staff', schedule: 'Schedule', reconciler: 'Reconciler', system: 'System' },
  empty: { title: 'Nothing has happened yet', text: 'Every change by a person or by Lastmile itself appears here.' },
  /** By the server's names: `plan.added` stands under plan, added. An unknown one is shown as it is. */
  fields: { tls: 'Encryption', amountMinor: 'Amount', priceMinor: 'Price' },
  values: { off: 'Off' },
  yes: 'Yes',
  no: 'No',
  actions: {
    auth: { signed_in: 'Signed in', signed_out: 'Signed out', sign_in_failed: 'Sign-in failed' },
    staff: { signed_in: 'Signed in', signed_out: 'Signed out', password_changed: 'Password changed' },
  },
} as const;
