// For tests only: acts on many customers, each with the entry that it leaves in the log.
import { addCustomer, fresh } from './provider.test-support.ts';
import type { Deed } from './room-deeds.test-support.ts';
import { eventually, type Loose, type Running } from './running.ts';

export function bulkDeeds({
  running,
  routerId,
}: {
  running: () => Running;
  routerId: () => string;
}): Record<string, Deed> {
  const call: Running['call'] = (route, body) => running().call(route, body);
  const wish = async (fields: object) => ({
    ...fields,
    customerIds: [(await addCustomer(running(), routerId())).id],
    confirmedCount: 1,
    idempotencyKey: fresh('wish'),
  });
  const tag = async () => call('POST /api/bulk/changes', await wish({ kind: 'tag', tag: 'x' }));
  /** Over, so that nothing happens to it by itself. */
  const ended = async () => {
    const { id } = (await tag()).body;
    await eventually(async () => (await call(`GET /api/bulk/jobs/${id}`)).body.state === 'ended');
    return { id };
  };
  const held = async () => {
    const { id } = await ended();
    await running().query(`update bulk.jobs set ended_at = null, held_why = 'too_many' where id = $1`, [id]);
    return { id };
  };
  const onJob = (verb: string) => (job: Loose) => call(`POST /api/bulk/jobs/${job.id}/${verb}`);
  const draft = async () => {
    const content = Buffer.from(`Name,Phone\n${fresh('Somebody')},1\n`).toString('base64');
    return call('POST /api/customer-imports', { fileName: 'people.csv', content });
  };
  const checked = async () => {
    const { body } = await draft();
    return (await call(`PUT /api/customer-imports/${body.job.id}`, { mapping: ['name', 'phone'] })).body.job;
  };
  return {
    'POST /api/customer-imports': { action: 'import.read', do: draft },
    'PUT /api/customer-imports/:importId': {
      action: 'import.checked',
      make: async () => (await draft()).body.job,
      do: ({ id }) => call(`PUT /api/customer-imports/${id}`, { mapping: ['name', 'phone'] }),
    },
    'POST /api/customer-imports/:importId/confirm': {
      action: 'bulk.asked',
      make: checked,
      do: ({ id }) => call(`POST /api/customer-imports/${id}/confirm`, { confirmedCount: 1 }),
    },
    'POST /api/bulk/blocks': {
      action: 'bulk.asked',
      do: async () => call('POST /api/bulk/blocks', await wish({ kind: 'suspend' })),
    },
    'POST /api/bulk/changes': { action: 'bulk.asked', do: tag },
    'POST /api/bulk/disconnects': {
      action: 'bulk.asked',
      do: async () => call('POST /api/bulk/disconnects', await wish({})),
    },
    'POST /api/bulk/jobs/:bulkJobId/stop': { action: 'bulk.stopped', make: held, do: onJob('stop') },
    'POST /api/bulk/jobs/:bulkJobId/retry': { action: 'bulk.retried', make: ended, do: onJob('retry') },
    'POST /api/bulk/jobs/:bulkJobId/lift': { action: 'bulk.lifted', make: held, do: onJob('lift') },
  };
}
