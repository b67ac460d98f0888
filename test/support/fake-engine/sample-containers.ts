import { jsonLog, webLog } from './log-plan.ts'
import {
  addContainer,
  addNetwork,
  addOwnNetworks,
  addVolume,
  day,
  exposed,
  hour,
  inProject,
  mebibyte,
  minute,
  published,
} from './make.ts'
import type { FakeHealth } from './objects.ts'
import { addSampleImages } from './sample-images.ts'
import { addSampleSpace } from './sample-space.ts'
import type { EngineStore } from './store.ts'

/** A developer's day: two Compose projects and what lies beside them, in every state. */
export function fillSamples(store: EngineStore): void {
  addOwnNetworks(store)
  addNetwork(store, 'shop_default', '172.21.0.0/16')
  addNetwork(store, 'observability_default', '172.22.0.0/16')
  addVolume(store, 'shop_db-data', 3 * hour, 1_240 * mebibyte)
  addVolume(store, 'observability_grafana', 6 * day, 84 * mebibyte)
  addVolume(store, 'scratch', 33 * day, 0)
  addSampleImages(store)
  addSampleSpace(store)
  addShop(store)
  addObservability(store)
  addSingles(store)
  addEnded(store)
}

function health(status: FakeHealth['status'], output: string, failingStreak = 0): FakeHealth {
  const exitCode = status === 'unhealthy' ? 1 : 0
  const log = [3, 2, 1].map((age) => ({ at: Date.now() - age * 30_000, exitCode, output }))
  return { status, failingStreak, log }
}

function addShop(store: EngineStore): void {
  addContainer(store, {
    ...{ name: 'shop-api-1', image: 'ghcr.io/acme/shop-api:2.4.1', age: 3 * hour },
    ...inProject('shop', 'api', { 'com.example.team': 'checkout' }),
    ports: published(3000, 3000),
    health: health('healthy', '{"status":"ok","db":"ok"}'),
    load: { cpu: 0.62, memory: 312 * mebibyte },
    limits: { nanoCpus: 1_500_000_000, memory: 512 * mebibyte, pids: 256 },
    env: [
      'PATH=/usr/local/bin:/usr/bin:/bin',
      'NODE_ENV=production',
      'DATABASE_URL=postgres://shop:s3cret@db:5432/shop',
      'REDIS_URL=redis://cache:6379',
      'STRIPE_SECRET_KEY=sk_test_4eC39HqLyjWDarjtT1zdp7dc',
      'FEATURE_FLAGS={"newCart":true,"wallet":false}',
    ],
    restart: 'unless-stopped',
    user: 'node',
    workingDir: '/srv/app',
    log: jsonLog('shop-api'),
    mounts: [
      {
        Type: 'bind',
        Source: '/home/mia/src/shop/config',
        Destination: '/srv/app/config',
        RW: false,
      },
      { Type: 'tmpfs', Source: '', Destination: '/tmp', RW: true },
    ],
    changes: [
      { Path: '/srv', Kind: 0 },
      { Path: '/srv/app', Kind: 0 },
      { Path: '/srv/app/.cache', Kind: 1 },
      { Path: '/srv/app/.cache/prices.json', Kind: 1 },
      { Path: '/etc/motd', Kind: 2 },
      { Path: '/root/.npm', Kind: 1 },
    ],
    shells: ['/bin/bash', '/usr/bin/bash', '/bin/sh'],
  })
  addContainer(store, {
    ...{ name: 'shop-db-1', image: 'postgres:17', age: 3 * hour },
    ...inProject('shop', 'db'),
    ports: [exposed(5432)],
    health: health('healthy', '/var/run/postgresql:5432 - accepting connections\n'),
    load: { cpu: 0.21, memory: 186 * mebibyte },
    mounts: [
      {
        Type: 'volume',
        Name: 'shop_db-data',
        Source: '/var/lib/docker/volumes/shop_db-data/_data',
        Destination: '/var/lib/postgresql/data',
        RW: true,
      },
    ],
    env: ['POSTGRES_USER=shop', 'POSTGRES_PASSWORD=s3cret', 'POSTGRES_DB=shop', 'PG_MAJOR=17'],
    restart: 'unless-stopped',
    shells: ['/bin/bash', '/bin/sh'],
  })
  addContainer(store, {
    ...{ name: 'shop-cache-1', image: 'redis:8-alpine', age: 3 * hour },
    ...inProject('shop', 'cache'),
    ...{ state: 'paused', pausedAt: Date.now() - 20 * minute },
    ports: [exposed(6379)],
    load: { cpu: 0.03, memory: 14 * mebibyte },
  })
  addContainer(store, {
    ...{ name: 'shop-worker-1', image: 'ghcr.io/acme/shop-api:2.4.1', age: 3 * hour },
    ...inProject('shop', 'worker'),
    health: health('unhealthy', 'queue depth 1204 exceeds 1000\n', 7),
    load: { cpu: 0.94, memory: 402 * mebibyte },
    log: jsonLog('shop-worker', 900),
  })
}

function addObservability(store: EngineStore): void {
  addContainer(store, {
    ...{ name: 'observability-grafana-1', image: 'grafana/grafana:12.1.0', age: 6 * day },
    ...inProject('observability', 'grafana'),
    ports: published(3001, 3000),
    load: { cpu: 0.05, memory: 142 * mebibyte },
    mounts: [
      {
        Type: 'volume',
        Name: 'observability_grafana',
        Source: '/var/lib/docker/volumes/observability_grafana/_data',
        Destination: '/var/lib/grafana',
        RW: true,
      },
    ],
  })
  addContainer(store, {
    ...{ name: 'observability-prometheus-1', image: 'prom/prometheus:v3.5.0', age: 6 * day },
    ...inProject('observability', 'prometheus'),
    ports: published(9090, 9090),
    load: { cpu: 0.11, memory: 264 * mebibyte },
    shells: [],
  })
}

function addSingles(store: EngineStore): void {
  addContainer(store, {
    ...{ name: 'web', image: 'nginx:1.29-alpine', age: 2 * minute },
    ports: [...published(8080, 80), ...published(8443, 443)],
    load: { cpu: 0.02, memory: 9 * mebibyte },
  })
  addContainer(store, {
    ...{ name: 'rabbit', image: 'rabbitmq:4-management-alpine', age: 26 * hour },
    ports: [4369, 5671, 5672, 15671, 15672, 15691, 15692, 25672].flatMap((port) =>
      port === 5672 || port === 15672 ? published(port, port) : [exposed(port)],
    ),
    health: health('starting', ''),
    load: { cpu: 0.16, memory: 121 * mebibyte },
    restart: 'always',
  })
  addContainer(store, {
    name: 'data-science-notebook-scipy-cuda-extended-mia-experiment-0042-with-a-long-name',
    image:
      'registry.internal.example.com:5000/platform/data-science/notebooks/jupyter-scipy-cuda-extended:2026.09.14-rc3',
    age: 9 * hour,
    ports: published(8888, 8888),
    tty: true,
    load: { cpu: 1.3, memory: 890 * mebibyte },
  })
  addContainer(store, {
    ...{ name: 'flaky', image: 'busybox:latest', age: 5 * day },
    ...{ state: 'restarting', exitCode: 137, finishedAt: Date.now() - 4000, restartCount: 214 },
    restart: 'on-failure',
    command: ['sh', '-c', 'sleep 3; kill -9 $$'],
  })
}

function addEnded(store: EngineStore): void {
  addContainer(store, {
    ...{ name: 'nightly-report', image: 'ghcr.io/acme/shop-api:2.4.1', age: 27 * hour },
    ...{ state: 'exited', exitCode: 1, finishedAt: Date.now() - 26 * hour },
    command: ['report.js', '--since', 'yesterday'],
    log: jsonLog('nightly-report', 44),
    writtenBytes: 2 * mebibyte,
  })
  addContainer(store, {
    ...{ name: 'one-off', image: 'busybox:latest', age: 12 * day },
    ...{ state: 'exited', finishedAt: Date.now() - 12 * day },
    command: ['echo', 'hello'],
    log: webLog('one-off', 1),
  })
  addContainer(store, {
    ...{ name: 'train-model', image: 'python:3.13-slim', age: 2 * day },
    ...{ state: 'exited', exitCode: 137, oomKilled: true, finishedAt: Date.now() - 31 * hour },
    command: ['python3', 'train.py', '--epochs', '40'],
    writtenBytes: 318 * mebibyte,
    limits: { nanoCpus: 0, memory: 1024 * mebibyte, pids: 0 },
  })
  addContainer(store, {
    ...{ name: 'migrations', image: 'ghcr.io/acme/shop-api:2.4.0', age: 40 * minute },
    ...{ state: 'created', startedAt: 0 },
    command: ['migrate.js'],
    log: webLog('migrations', 0),
  })
}
