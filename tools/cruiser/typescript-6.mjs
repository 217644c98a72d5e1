// Preloaded for dependency-cruiser. It reads TypeScript through the compiler's JavaScript interface, which TypeScript 7 no
// longer has: so it, and only it, gets the version 6 that lies beside this file.
import { createRequire, registerHooks } from 'node:module';

const require = createRequire(import.meta.url);
const files = new Map(['typescript', 'typescript/package.json'].map((name) => [name, require.resolve(name)]));

registerHooks({
  resolve(specifier, context, next) {
    return next(files.get(specifier) ?? specifier, context);
  },
});
