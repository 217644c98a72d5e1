// Once per test run: one PostgreSQL without any care for its disk, and in it a migrated template that tests clone.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres.ts';
import { migrate } from '../src/platform/migrate.ts';
import { databaseUrl, templateName } from '../src/platform/test-database.ts';
import { refuseSecretsIn } from './log-scan.test-support.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the servers of the tests log to. */
    logFolder: string;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-test-'));
  // mkdtemp makes it 0700, and as root the database runs as another user.
  fs.chmodSync(folder, 0o711);
  // Test files run beside each other, each with pools of its own.
  const postgres = await startEmbeddedPostgres(folder, { isTemporary: true, settings: { max_connections: '200' } });
  await provideTemplate(project, postgres.url);
  const logFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-test-logs-'));
  project.provide('logFolder', logFolder);
  return async () => {
    await postgres.stop();
    refuseSecretsIn(logFolder);
  };
}

/** A broken migration fails the tests that need a database, with its reason, and leaves the others alone. */
async function provideTemplate(project: TestProject, url: string): Promise<void> {
  const templateUrl = databaseUrl(url, templateName);
  try {
    await createTemplate(url, templateUrl);
    project.provide('templateUrl', templateUrl);
    project.provide('templateFailure', '');
  } catch (error) {
    project.provide('templateUrl', undefined);
    project.provide('templateFailure', (error as Error).message);
  }
}

async function createTemplate(url: string, templateUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`create database ${templateName}`);
  await admin.end();
  const pool = new pg.Pool({ connectionString: templateUrl });
  try {
    await migrate(pool);
  } finally {
    await pool.end();
  }
}
