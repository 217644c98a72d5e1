// The house, bottom floor first. A room may call rooms on lower floors only: the same floor counts as up.
// This list is the architecture, and this is its only place. What it means: docs/decisions/0001.
export const floors = [
  ['platform'],
  ['audit'],
  ['notifications'],
  ['settings'],
  ['system'],
  ['auth', 'ledger'],
  ['routers', 'customers'],
  ['provisioning'],
  ['plans'],
  ['billing', 'vouchers'],
  ['usage'],
  ['subscribers'],
  ['bulk'],
  ['portal', 'reports', 'imports', 'compat', 'emergency'],
];

const rooms = floors.flat().join('|');
const server = '^packages/server/src/';
const web = '^packages/web/src/';
const tests = '(\\.test\\.tsx?|\\.test-support\\.ts|/test-database\\.ts)$';

/** Tests may import anything. */
const code = (path, butNot = []) => ({ path, pathNot: [tests, ...butNot] });

const rule = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

const callDown = floors.map((floor, height) => {
  const sameOrHigher = floors.slice(height).flat().join('|');
  return rule(
    `call-down-only:${floor.join('+')}`,
    'Pass a value down, move the code, or let the upper room look for itself.',
    code(`${server}(${floor.join('|')})/`),
    { path: `${server}(${sameOrHigher})/`, pathNot: `${server}$1/` },
  );
});

const featuresCallDown = floors.map((floor, height) => {
  const sameOrHigher = floors.slice(height).flat().join('|');
  return rule(
    `features-call-down-only:${floor.join('+')}`,
    'The features of the web app stand on the floors of their rooms.',
    code(`${web}features/(${floor.join('|')})/`),
    { path: `${web}features/(${sameOrHigher})/`, pathNot: `${web}features/$1/` },
  );
});

const insideServer = [
  rule(
    'known-rooms-only',
    'A new room is a decision: write it down, then put it on a floor of the list above.',
    { path: `${server}(?!(${rooms})/|(main|config|command-line)\\.ts$|.*\\.test\\.ts$)` },
    {},
  ),
  rule(
    'doors-are-noun-files',
    'Routes, jobs, rules and folders are private to their room.',
    code(`${server}([^/]+)/`),
    {
      path: `${server}(?!platform/)[^/]+/(routes|jobs|commands|[^/]*rules|[^/]+/.*)(\\.ts)?$`,
      pathNot: `${server}$1/`,
    },
  ),
  rule(
    'frameworks-live-in-platform',
    'A room knows our words for them, so that they can change in one place.',
    code(server, [`${server}platform/`, `${server}main\\.ts$`]),
    { path: 'node_modules/(@?fastify[^/]*|pg-boss|socket\\.io|pg)/' },
  ),
  rule(
    'http-only-in-routes',
    'routes.ts is the HTTP edge of a room.',
    code(server, [`${server}platform/`, '/routes\\.ts$', `${server}main\\.ts$`]),
    { path: `${server}platform/http\\.ts$`, dependencyTypesNot: ['type-only'] },
  ),
  rule(
    'jobs-only-in-jobs',
    'jobs.ts is the time edge of a room.',
    code(server, [`${server}platform/`, '/jobs\\.ts$', `${server}main\\.ts$`]),
    { path: `${server}platform/jobs\\.ts$`, dependencyTypesNot: ['type-only'] },
  ),
  rule(
    'rules-are-pure',
    'Rules decide on values alone: other rules of the room, money, dates and types.',
    code('-rules\\.ts$'),
    {
      pathNot: `-rules\\.ts$|${server}platform/(money|dates|errors|languages)\\.ts$|^packages/contract/`,
      dependencyTypesNot: ['type-only', 'core'],
    },
  ),
  rule(
    'only-two-rooms-talk-to-routers',
    'All others say what they want, and the reconciler sees to it.',
    code(server, [`${server}(provisioning/drivers|routers)/`, `${server}main\\.ts$`]),
    { path: '^packages/routeros/' },
  ),
  rule('nobody-imports-main', 'main.ts is the roof.', code(server), { path: `${server}main\\.ts$` }),
  rule(
    'platform-knows-no-word-of-ours',
    'Of the contract only what every provider of anything would need.',
    code(`${server}platform/`),
    { path: '^packages/contract/src/(?!(currencies|endpoint|errors|topics|permissions|shapes|api)\\.ts$)' },
  ),
];

const betweenPackages = [
  rule('contract-knows-only-zod', 'It is read by both ends.', code('^packages/contract/'), {
    path: '^packages/(?!contract/)|node_modules/(?!zod/)',
  }),
  rule('routeros-knows-nobody', 'It could ship alone.', code('^packages/routeros/'), {
    path: '^packages/(?!routeros/)|node_modules/',
  }),
  rule(
    'simulator-knows-only-the-codec',
    'A simulator made from the client would agree with its mistakes.',
    code('^packages/routeros-sim/'),
    { path: '^packages/(?!routeros-sim/|routeros/src/codec\\.ts$)|node_modules/' },
  ),
  rule('web-knows-only-the-contract', 'The browser knows the server by its API.', code('^packages/web/src/'), {
    path: '^packages/(?!web/|contract/)',
  }),
  rule(
    'server-knows-no-simulator-and-no-demo',
    'Nothing of the demo is reachable from the real install.',
    code('^packages/server/'),
    { path: '^packages/(routeros-sim|demo|web)/' },
  ),
  rule(
    'nobody-imports-the-demo',
    'Only the command that starts it.',
    { path: '^(packages/(?!demo/)|bench/)' },
    { path: '^packages/demo/' },
  ),
  rule(
    'demo-stands-on-server-simulator-and-contract',
    'It is an operator with simulated routers.',
    code('^packages/demo/'),
    { path: '^packages/(?!demo/|server/|routeros-sim/|contract/)' },
  ),
];

const insideWeb = [
  rule('ui-and-lib-know-no-feature', 'They pass the different-product test.', code(`${web}(ui|lib)/`), {
    path: `${web}(features|routes)/`,
  }),
  rule('lib-knows-no-ui', 'routes -> features -> ui -> lib.', code(`${web}lib/`), { path: `${web}ui/` }),
  rule('features-know-no-route', 'routes -> features -> ui -> lib.', code(`${web}features/`), {
    path: `${web}routes/`,
  }),
];

const everywhere = [
  rule(
    'no-cycles',
    'Two files that need each other are one file, or three. Types that need each other stand in one file, too.',
    {},
    { circular: true },
  ),
  rule(
    'resolvable',
    'The import leads nowhere.',
    { pathNot: 'node_modules' },
    { couldNotResolve: true, pathNot: '^virtual:' },
  ),
];

export default {
  forbidden: [...callDown, ...insideServer, ...betweenPackages, ...insideWeb, ...featuresCallDown, ...everywhere],
  options: {
    parser: 'tsc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/|\\.css$|\\.gen\\.ts$' },
    // Built-in modules are no concern of the floors, and newer ones are unknown to the tool.
    builtInModules: { add: ['node:sqlite', 'node:sea', 'node:test'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.d.ts'],
    },
  },
};
