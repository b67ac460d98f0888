/**
 * The import rules, run by `npm run check` (dependency-cruiser). Imports point down:
 * renderer → main/api ← main → vm → assets. Each rule says in one sentence what it keeps true.
 * @type {import('dependency-cruiser').IConfiguration}
 */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that import each other cannot be understood one at a time.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'api-imports-nothing',
      comment: 'The border compiles on both sides because it depends on neither.',
      severity: 'error',
      from: { path: '^main/api/' },
      to: { pathNot: '^main/api/' },
    },
    {
      name: 'vm-stands-alone',
      comment: 'The machine knows neither the app nor the window, so that drivers can be changed.',
      severity: 'error',
      from: { path: '^vm/' },
      to: { path: '^(main|renderer)/' },
    },
    {
      name: 'vm-by-its-front-door',
      comment: 'Nothing outside vm/ may know which driver runs.',
      severity: 'error',
      from: { path: '^main/' },
      to: { path: '^vm/', pathNot: '^vm/index\\.ts$' },
    },
    {
      name: 'renderer-sees-only-the-api',
      comment: 'The window talks to the app through the contract and in no other way.',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(main|vm)/', pathNot: '^main/api/index\\.ts$' },
    },
    {
      name: 'electron-at-the-edge',
      comment: 'All but the shell runs, and is tested, without Electron.',
      severity: 'error',
      from: { pathNot: '^(main/electron/|test/)' },
      to: { path: 'node_modules/electron/' },
    },
    {
      name: 'libraries-have-one-home',
      comment: 'A foreign API is wrapped once: its types and its errors do not spread.',
      severity: 'error',
      from: { pathNot: '^(main/engine/|vm/ssh/|test/)' },
      to: { path: 'node_modules/(dockerode|ssh2)/' },
    },
    {
      name: 'nothing-imports-an-entry',
      comment: 'An entry starts things by being imported; only a launcher does that.',
      severity: 'error',
      from: { pathNot: '^(test/|main/cli/(berth|docker-credential-berth)\\.mjs$)' },
      to: { path: '^main/((electron|headless|cli)/index|cli/docker-credential-entry)\\.ts$' },
    },
    {
      name: 'components-are-plain',
      comment: 'A plain part takes props (in the shapes of the contract) and gives events.',
      severity: 'error',
      from: { path: '^renderer/components/' },
      to: { path: '^(renderer/(stores|views|api)/|main/(?!api/))' },
    },
    {
      name: 'views-do-not-share',
      comment: 'What two views need is a component, a composable or a store.',
      severity: 'error',
      from: { path: '^renderer/views/([^/]+)/' },
      to: { path: '^renderer/views/([^/]+)/', pathNot: '^renderer/views/$1/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^dist|node_modules/\\.cache)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.vue', '.json'],
    },
  },
}
