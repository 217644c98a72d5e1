import fs from 'node:fs';
import path from 'node:path';
import { tanstackRouter } from '@tanstack/router-plugin/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { iconNames } from './src/ui/icon-names.ts';

const server = process.env.API_ORIGIN ?? 'http://127.0.0.1:3000';
const source = path.join(import.meta.dirname, 'src');

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    tanstackRouter({
      target: 'react',
      autoCodeSplitting: true,
      routesDirectory: path.join(source, 'routes'),
      generatedRouteTree: path.join(source, 'route-tree.gen.ts'),
      addExtensions: true,
      quoteStyle: 'single',
      // Not among the sources, whose hash decides whether to build again.
      tmpDir: path.join(import.meta.dirname, '../../node_modules/.cache/route-tree'),
    }),
    react(),
    icons(iconNames),
  ],
  build: { outDir: 'dist', manifest: true, target: 'es2023' },
  server: {
    port: 5173,
    proxy: {
      // As an object: a mere address would have Vite rewrite Host, and the server would refuse every act as another site's.
      '/api': { target: server },
      '/socket.io': { target: server, ws: true },
    },
  },
});

/** `virtual:icons` holds the named icons only; the whole set is 2 MB. */
function icons(names: readonly string[]): Plugin {
  return {
    name: 'icons',
    resolveId: (id) => (id === 'virtual:icons' ? '\0virtual:icons' : null),
    load: (id) => (id === '\0virtual:icons' ? `export const icons = ${JSON.stringify(iconBodies(names))}` : null),
  };
}

function iconBodies(names: readonly string[]): Record<string, string> {
  const file = new URL(import.meta.resolve('@iconify-json/tabler/icons.json'));
  const set = JSON.parse(fs.readFileSync(file, 'utf8')) as { icons: Record<string, { body: string }> };
  return Object.fromEntries(
    names.map((name) => {
      const icon = set.icons[name];
      if (!icon) throw new Error(`There is no Tabler icon named ${name}.`);
      return [name, icon.body];
    }),
  );
}
