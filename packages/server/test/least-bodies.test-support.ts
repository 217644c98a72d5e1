// For tests only: the least that a route takes for a body, where it takes anything but an empty one.
export const leastBodies: Record<string, unknown> = {
  'PUT /api/routers/:routerId': { revision: 1 },
  'POST /api/routers/:routerId/limit-lifts': { allowedCount: 1 },
  'POST /api/routers/:routerId/import': {
    profiles: [{ service: 'pppoe', name: 'x', planId: '01890a5d-ac96-774b-bcce-b302099a8057' }],
  },
  'POST /api/drifts/:driftId/ignore': { days: 1 },
  'PUT /api/locations/:locationId': { revision: 1 },
  'PUT /api/staff/:staffId/scope': { limitedTo: [] },
  'PUT /api/plans/:planId': { revision: 1 },
  'PUT /api/staff/:staffId': { revision: 1 },
  'PUT /api/voucher-packages/:packageId': { revision: 1 },
  'POST /api/shifts/:shiftId/approval': { note: 'seen' },
  'PUT /api/customers/:customerId': { revision: 1 },
  'PUT /api/customer-fields/:fieldId': { revision: 1 },
  'PUT /api/accounts/:accountId': { revision: 1 },
  'POST /api/customers/:customerId/accounts': {
    username: 'x',
    routerId: '00000000-0000-7000-8000-000000000000',
    planId: '00000000-0000-7000-8000-000000000000',
  },
  'POST /api/customers/:customerId': { action: 'suspend' },
  'POST /api/invoices/:invoiceId/credit-notes': { reason: 'was offline' },
  'POST /api/payments/:paymentId/reverse': { reason: 'was none' },
  'POST /api/payments/:paymentId/refunds': { amountMinor: '1', reason: 'paid twice' },
  'POST /api/customers/:customerId/credit-refunds': { amountMinor: '1', reason: 'leaves' },
  'POST /api/invoices/:invoiceId/write-off': { reason: 'moved away' },
};
