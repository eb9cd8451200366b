/** Imports go one way: contract ← everything; services never import each other; only the cli may start them. */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'contract-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^contract/' },
      to: { path: '^(infra|components|dispatcher|agent-runtime|cli|test)/' },
    },
    {
      name: 'services-never-import-each-other',
      severity: 'error',
      from: { path: '^(dispatcher|agent-runtime)/' },
      to: { path: '^(dispatcher|agent-runtime|infra|components|cli|test)/', pathNot: '^$1/' },
    },
    {
      name: 'infrastructure-never-imports-a-service',
      severity: 'error',
      from: { path: '^(infra|components)/' },
      to: { path: '^(dispatcher|agent-runtime|cli|test)/' },
    },
    {
      name: 'cli-never-imports-infrastructure-or-tests',
      severity: 'error',
      from: { path: '^cli/' },
      to: { path: '^(infra|components|test)/' },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|gen)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
