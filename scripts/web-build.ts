// Builds the web app when its sources changed since the last build.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { captureProgram, root } from './programs.ts';

const web = path.join(root, 'packages/web');
const built = path.join(web, 'dist');
const stamp = path.join(built, '.stamp');

export async function buildWeb(): Promise<void> {
  const wanted = sourcesHash();
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return;
  console.error('lastmile: building the web app ...');
  // Built aside and swapped: a running server keeps its files, and a killed build leaves the old ones.
  const aside = path.join(root, 'node_modules/.cache', `web.${process.pid}`);
  try {
    const args = ['build', '--outDir', aside, '--emptyOutDir', '--logLevel', 'warn'];
    const { code, output } = await captureProgram('vite', args, { cwd: web });
    if (code !== 0) throw new Error(`the web app could not be built\n${output}`);
    // Anew, for the build itself writes into the sources (the route tree).
    fs.writeFileSync(path.join(aside, '.stamp'), sourcesHash());
    fs.rmSync(built, { recursive: true, force: true });
    fs.renameSync(aside, built);
  } finally {
    fs.rmSync(aside, { recursive: true, force: true });
  }
}

function sourcesHash(): string {
  const hash = createHash('sha256');
  const folders = [web, path.join(root, 'packages/contract')];
  for (const file of [path.join(root, 'package-lock.json'), ...folders.flatMap(sourceFiles)]) {
    hash.update(`${path.relative(root, file)}\n`);
    hash.update(fs.readFileSync(file));
  }
  return hash.digest('hex');
}

function sourceFiles(folder: string): string[] {
  const entries = fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) return isMade(entry.name) ? [] : sourceFiles(place);
    return isTestOrGenerated(entry.name) ? [] : [place];
  });
}

function isMade(folderName: string): boolean {
  return folderName === 'node_modules' || folderName === 'dist' || folderName === 'bench';
}

function isTestOrGenerated(fileName: string): boolean {
  return /\.test\.tsx?$|\.gen\.ts$/.test(fileName);
}
