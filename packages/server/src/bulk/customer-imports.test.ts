import { afterAll, beforeAll, expect, test } from 'vitest';
import { counterStaff } from '#test/counter.test-support.ts';
import { addAbsentRouter, addCustomer, fresh } from '#test/provider.test-support.ts';
import { type Caller, eventually, type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let router: Loose;

beforeAll(async () => {
  running = await openTestLastmile();
  router = await addAbsentRouter(running);
});
afterAll(() => running.close());

const upload = async (text: string, fileName = 'customers.csv', call: Caller = running.call) =>
  call('POST /api/customer-imports', { fileName, content: Buffer.from(text).toString('base64') });
const check = (draft: Loose, change: object = {}, call: Caller = running.call) =>
  call(`PUT /api/customer-imports/${draft.job.id}`, {
    mapping: draft.columns.map(({ field }: Loose) => field),
    ...change,
  });
const itemsOf = async (draft: Loose) => (await running.call(`GET /api/bulk/jobs/${draft.job.id}/items`)).body.items;
const confirm = (draft: Loose, confirmedCount: number) =>
  running.call(`POST /api/customer-imports/${draft.job.id}/confirm`, { confirmedCount });
const ended = (draft: Loose) =>
  eventually(
    async () => (await running.call(`GET /api/bulk/jobs/${draft.job.id}`)).body,
    ({ state }) => state === 'ended',
  );
const count = async (table: string) => Number((await running.query(`select count(*) from ${table}`))[0].count);

test('each row is reported before anything is added, then those who would be added are, and once', async () => {
  const known = await addCustomer(running, router.id, { name: 'Known Kim', phone: '091 111' });
  const stem = fresh('file');
  const file = [
    'Name,Phone,Mail,Username,Password,Router,Plan,IP',
    `New Nora,091 222,nora@example.org,${stem}-nora,letmein77,${router.label},Basic,10.50.0.7`,
    `Known Kim,091 111,,${stem}-kim2,,${router.label},Standard,`,
    `Known Kim,091 111,,${known.accounts[0].name},,${router.label},Basic,`,
    `Bad Bea,,not a mail,${stem}-bea,,${router.label},Basic,10.0.0.300`,
    `Lost Lea,,,${stem}-lea,,Nowhere,Basic,`,
    `Twin Tom,,,${stem}-nora,,${router.label},Basic,`,
    `Only Olga,091 333,,,,,,`,
    `,,,${stem}-noname,,${router.label},Basic,`,
  ].join('\n');
  const before = [await count('customers.customers'), await count('provisioning.accounts')];
  const draft = (await upload(file)).body;
  expect(draft).toMatchObject({ isChecked: false, job: { kind: 'import', state: 'held', heldWhy: 'draft', total: 8 } });
  expect(draft.columns.map(({ field }: Loose) => field)).toEqual([
    'name',
    'phone',
    'email',
    'username',
    'password',
    'router',
    'plan',
    'staticAddress',
  ]);
  expect(draft.columns[4].samples).toEqual(['••••••']);
  const checked = (await check(draft)).body;
  expect(checked).toMatchObject({ isChecked: true, job: { waiting: 3, unchanged: 1, failed: 4 } });
  expect((await itemsOf(draft)).map(({ line, state, message }: Loose) => [line, state, message])).toEqual([
    [2, 'waiting', null],
    [3, 'waiting', 'Known Kim'],
    [4, 'unchanged', null],
    [5, 'failed', 'Mail: must be an e-mail address; IP: must be an IPv4 address such as 10.1.2.3'],
    [6, 'failed', 'there is no router "Nowhere"'],
    [7, 'failed', 'is in line 2 already'],
    [8, 'waiting', null],
    [9, 'failed', 'Name: is missing'],
  ]);
  expect([await count('customers.customers'), await count('provisioning.accounts')]).toEqual(before);
  expect(await confirm(draft, 8)).toMatchObject({ status: 409, body: { code: 'bulk_selection_grew' } });
  expect((await confirm(draft, 3)).status).toBe(202);
  expect(await ended(draft)).toMatchObject({ done: 3, unchanged: 1, failed: 4 });
  const nora = (await running.call(`GET /api/customers?search=${stem}-nora`)).body.items;
  expect(nora).toMatchObject([{ name: 'New Nora', planName: 'Basic', routerLabel: router.label }]);
  const [account] = (await running.call(`GET /api/customers/${nora[0].id}`)).body.accounts;
  expect(account).toMatchObject({ staticAddress: '10.50.0.7' });
  expect((await running.call(`POST /api/accounts/${account.id}/reveal`)).body.password).toBe('letmein77');
  expect((await running.call(`GET /api/customers/${known.id}`)).body.accounts).toHaveLength(2);
  const after = [await count('customers.customers'), await count('provisioning.accounts')];
  expect(after).toEqual([(before[0] as number) + 2, (before[1] as number) + 2]);

  const again = (await upload(file)).body;
  expect((await check(again)).body.job).toMatchObject({ waiting: 0, unchanged: 4 });
  expect([await count('customers.customers'), await count('provisioning.accounts')]).toEqual(after);
});

test('two who confirm the same file at once add nobody twice', async () => {
  const stem = fresh('twice');
  const file = ['Name;Phone;Username', ...Array.from({ length: 30 }, (_, at) => `P ${at};09${at};${stem}${at}`)].join(
    '\r\n',
  );
  const plan = (await running.call('GET /api/plans')).body.items[0];
  const drafts = [];
  for (const one of [await upload(file), await upload(file)])
    drafts.push((await check(one.body, { routerId: router.id, planId: plan.id })).body);
  await Promise.all(drafts.map((draft) => confirm(draft, 30)));
  const results = await Promise.all(drafts.map(ended));
  expect(results.map(({ done }) => done).reduce((sum, done) => sum + done, 0)).toBe(30);
  expect(results.map(({ unchanged }) => unchanged).reduce((sum, done) => sum + done, 0)).toBe(30);
});

test('a restart in the middle of an import ends with each row once', async () => {
  const stem = fresh('kill');
  const file = ['Name,Username', ...Array.from({ length: 60 }, (_, at) => `K ${at},${stem}${at}`)].join('\n');
  const plan = (await running.call('GET /api/plans')).body.items[0];
  const draft = (await check((await upload(file)).body, { routerId: router.id, planId: plan.id })).body;
  await confirm(draft, 60);
  await running.restart();
  expect(await ended(draft)).toMatchObject({ done: 60, failed: 0 });
  expect((await running.query('select 1 from provisioning.accounts where name like $1', [`${stem}%`])).length).toBe(60);
});

test('passwords of a file stand sealed, and not at all once they were used', async () => {
  const draft = (await upload(`Name,Username,Password\nA,${fresh('sealed')},open-sesame\n`)).body;
  const held = JSON.stringify(
    await running.query(
      `select encode(row_sealed, 'escape') as row, * from bulk.items i join bulk.jobs j on j.id = i.job_id where job_id = $1`,
      [draft.job.id],
    ),
  );
  expect(held).not.toContain('open-sesame');
  const plan = (await running.call('GET /api/plans')).body.items[0];
  await check(draft, { routerId: router.id, planId: plan.id });
  await confirm(draft, 1);
  await ended(draft);
  expect(await running.query('select row_sealed from bulk.items where job_id = $1', [draft.job.id])).toEqual([
    { row_sealed: null },
  ]);
});

test.each([
  ['no file', '', 'content'],
  ['a picture', '\0\0\0PNG', 'content'],
])('%s is refused at its field', async (_name, text, path) => {
  expect(await upload(text)).toMatchObject({ status: 400, body: { fields: [{ path }] } });
});

test('what is mapped wrongly is refused, and an unchecked file is not confirmed', async () => {
  const draft = (await upload('Name,Phone\nA,1\n')).body;
  for (const mapping of [['name'], ['name', 'name'], [null, 'phone'], ['name', 'number'], ['name', 'custom:x']])
    expect(await check(draft, { mapping })).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
  expect(await confirm(draft, 1)).toMatchObject({ status: 409, body: { code: 'bulk_job_is_draft' } });
  expect(await running.call(`POST /api/bulk/jobs/${draft.job.id}/retry`)).toMatchObject({
    body: { code: 'bulk_job_is_draft' },
  });
  expect((await running.call(`POST /api/bulk/jobs/${draft.job.id}/stop`)).body.state).toBe('stopped');
  expect(await check(draft)).toMatchObject({ status: 409, body: { code: 'bulk_job_ended' } });
});

test('a file of five megabytes is taken, and a larger one is not', async () => {
  const line = `${'Long name '.repeat(10)},${'x'.repeat(150)}\n`;
  const rows = Math.floor((4.5 * 1024 * 1024) / line.length);
  expect((await upload(`Name,Notes\n${line.repeat(Math.min(rows, 19_000))}`)).status).toBe(201);
  const tooMany = await upload(`Name\n${'A\n'.repeat(20_001)}`);
  expect(tooMany).toMatchObject({ status: 400, body: { message: 'content must have at most 20000 lines' } });
  expect((await upload('x'.repeat(8_000_000))).status).toBe(413);
});

test('files that nobody confirmed keep nobody from working, and are forgotten', async () => {
  const drafts: string[] = [];
  for (let at = 0; at < 21; at++) drafts.push((await upload(`Name\nDraft ${at}\n`)).body.job.id);
  const customer = await addCustomer(running, router.id);
  const wish = { kind: 'tag', tag: 'x', customerIds: [customer.id], confirmedCount: 1, idempotencyKey: fresh('key') };
  await running.query(`update bulk.jobs set asked_at = asked_at - interval '8 days' where id = any($1)`, [drafts]);
  expect((await running.call('POST /api/bulk/changes', wish)).status).toBe(202);
  const left = () => running.query('select 1 from bulk.jobs where id = any($1)', [drafts]);
  expect(await eventually(left, (rows) => rows.length === 0)).toEqual([]);
});

test('who is limited to some locations imports to their routers alone, and sees no file that reaches further', async () => {
  const place = (await running.call('POST /api/locations', { name: fresh('Valley') })).body;
  const near = await addAbsentRouter(running);
  await running.query('update routers.routers set location_id = $2 where id = $1', [near.id, place.id]);
  const { id, call: local } = await counterStaff(running, 'admin');
  await running.call(`PUT /api/staff/${id}/scope`, { limitedTo: [place.id] });
  const stem = fresh('limited');
  const far = await addCustomer(running, router.id, { name: `Far ${stem}`, phone: '091 555' });
  const file = [
    'Name,Phone,Username,Router,Plan',
    `Near ${stem},,${stem}-near,${near.label},Basic`,
    `Elsewhere ${stem},,${stem}-far,${router.label},Basic`,
    `${far.name},091 555,${stem}-own,${near.label},Basic`,
  ].join('\n');
  const draft = (await upload(file, 'valley.csv', local)).body;
  const checked = await check(draft, {}, local);
  expect(checked).toMatchObject({ status: 200, body: { job: { waiting: 2, failed: 1 } } });
  const found = (await local(`GET /api/bulk/jobs/${draft.job.id}/items`)).body.items;
  expect(found.map(({ state, message }: Loose) => [state, message])).toEqual([
    ['waiting', null],
    ['failed', `there is no router "${router.label}"`],
    // His namesake elsewhere is nobody here.
    ['waiting', null],
  ]);
  expect((await local(`POST /api/customer-imports/${draft.job.id}/confirm`, { confirmedCount: 2 })).status).toBe(202);
  expect(await ended(draft)).toMatchObject({ done: 2, failed: 1 });
  const added = (await local(`GET /api/customers?search=${stem}`)).body.items;
  expect(added.map(({ routerLabel }: Loose) => routerLabel)).toEqual([near.label, near.label]);
  expect((await running.call(`GET /api/customers/${far.id}`)).body.accounts).toHaveLength(1);
  const wide = (await upload(file)).body;
  for (const door of [`GET /api/customer-imports/${wide.job.id}`, `GET /api/bulk/jobs/${wide.job.id}/items`])
    expect(await local(door)).toMatchObject({ status: 404 });
  expect(await check(wide, {}, local)).toMatchObject({ status: 404 });
  await running.call(`PUT /api/staff/${id}/scope`, { limitedTo: [] });
  expect(await upload(file, 'nowhere.csv', local)).toMatchObject({ body: { code: 'limited_to_locations' } });
});
