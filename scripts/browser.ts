// Finds a Chromium for the browser tests, and installs one where there is none.
import fs from 'node:fs';
import { chromium } from '@playwright/test';
import { captureProgram } from './programs.ts';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The path of a browser. */
export async function ensureBrowser(): Promise<string> {
  const found = findBrowser();
  if (found) return found;
  if (process.getuid?.() === 0 && fs.existsSync('/usr/bin/apt-get')) await installByApt();
  else await installByPlaywright();
  const installed = findBrowser();
  if (installed) return installed;
  throw new Error('there is no browser for the browser tests: install Chromium, or name one in CHROMIUM_PATH');
}

function findBrowser(): string | undefined {
  const places = [process.env.CHROMIUM_PATH, ...usualPlaces, chromium.executablePath()];
  return places.find((place) => place !== undefined && place !== '' && fs.existsSync(place));
}

async function installByApt(): Promise<void> {
  console.error('lastmile: installing a browser for the tests (apt-get install chromium) ...');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await captureProgram('apt-get', ['update', '-qq'], { env });
  const packages = ['chromium', 'fonts-dejavu-core', 'fonts-noto-core'];
  const { code, output } = await captureProgram(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
    { env },
  );
  if (code !== 0) console.error(output.trimEnd().split('\n').slice(-5).join('\n'));
}

async function installByPlaywright(): Promise<void> {
  console.error('lastmile: installing a browser for the tests (playwright install chromium) ...');
  const { code, output } = await captureProgram('playwright', ['install', 'chromium']);
  if (code !== 0) console.error(output.trimEnd().split('\n').slice(-5).join('\n'));
}
