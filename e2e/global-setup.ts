// The servers of the browser tests log into a folder, and after the run no secret of theirs may stand in it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { refuseSecretsIn } from '../packages/server/test/log-scan.test-support.ts';

export default function setup(): () => void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-browser-logs-'));
  process.env.BROWSER_TEST_LOGS = folder;
  return () => refuseSecretsIn(folder);
}
