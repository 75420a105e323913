/** docker-compose.yml starts LocalYun with settings that it knows, on the MinIO that it starts beside it. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadOptions } from '../../src/cli/options.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { services } = parse(readFileSync(resolve(import.meta.dirname, '../../docker-compose.yml'), 'utf8'));

test('the settings are taken, and lead to the MinIO beside it', () => {
  const { config } = loadOptions({}, { cwd: temporaryFolder(), env: services.localyun.environment });
  const { MINIO_ROOT_USER: accessKey, MINIO_ROOT_PASSWORD: secretKey } = services.minio.environment;
  expect(config.store).toEqual({ kind: 'minio', endpoint: 'http://minio:9000', accessKey, secretKey });
  expect(services.localyun.depends_on).toEqual({ minio: { condition: 'service_healthy' } });
});

test('nothing is open to the network but to this machine', () => {
  const ports = Object.values(services).flatMap((service) => Object(service).ports);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
});
