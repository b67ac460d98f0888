import { addImage, day, mebibyte } from './make.ts'
import type { EngineStore } from './store.ts'

/** What a developer's engine holds after some months. */
export function addSampleImages(store: EngineStore): void {
  addImage(store, {
    tags: ['nginx:1.29-alpine', 'nginx:latest'],
    size: 52_400_000,
    sharedSize: 8_300_000,
    age: 9 * day,
    labels: { maintainer: 'NGINX Docker Maintainers <docker-maint@nginx.com>' },
    config: {
      entrypoint: ['/docker-entrypoint.sh'],
      command: ['nginx', '-g', 'daemon off;'],
      env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin', 'NGINX_VERSION=1.29.1'],
      ports: ['80/tcp'],
    },
  })
  addImage(store, {
    tags: ['postgres:17'],
    size: 438_000_000,
    age: 21 * day,
    config: {
      entrypoint: ['docker-entrypoint.sh'],
      command: ['postgres'],
      env: [
        'PATH=/usr/lib/postgresql/17/bin:/usr/bin',
        'PG_MAJOR=17',
        'PGDATA=/var/lib/postgresql/data',
      ],
      ports: ['5432/tcp'],
    },
  })
  addImage(store, {
    tags: ['ghcr.io/acme/shop-api:2.4.1'],
    size: 191_300_000,
    sharedSize: 121_000_000,
    age: 3 * day,
    labels: {
      'org.opencontainers.image.source': 'https://github.com/acme/shop',
      'org.opencontainers.image.revision': '7be1f0c',
    },
    config: { entrypoint: ['node'], command: ['server.js'], ports: ['3000/tcp'] },
  })
  addImage(store, {
    tags: ['ghcr.io/acme/shop-api:2.4.0', 'ghcr.io/acme/shop-api:stable'],
    size: 190_800_000,
    sharedSize: 121_000_000,
    age: 12 * day,
    config: { entrypoint: ['node'], command: ['server.js'], ports: ['3000/tcp'] },
  })
  addImage(store, {
    tags: ['redis:8-alpine'],
    size: 60_600_000,
    sharedSize: 8_300_000,
    age: 30 * day,
    config: { command: ['redis-server'], ports: ['6379/tcp'] },
  })
  addImage(store, {
    tags: ['busybox:latest'],
    size: 4_430_000,
    age: 60 * day,
    config: { command: ['sh'] },
  })
  addImage(store, {
    tags: ['python:3.13-slim'],
    size: 121_000_000,
    sharedSize: 78_000_000,
    age: 16 * day,
    config: { command: ['python3'] },
  })
  addImage(store, {
    tags: ['grafana/grafana:12.1.0'],
    size: 642_000_000,
    age: 40 * day,
    config: { entrypoint: ['/run.sh'], command: [], ports: ['3000/tcp'] },
  })
  addImage(store, {
    tags: ['prom/prometheus:v3.5.0'],
    size: 308_000_000,
    age: 44 * day,
    config: {
      entrypoint: ['/bin/prometheus'],
      command: ['--config.file=/etc/prometheus/prometheus.yml'],
      ports: ['9090/tcp'],
    },
  })
  addImage(store, {
    tags: ['rabbitmq:4-management-alpine'],
    size: 186_000_000,
    sharedSize: 8_300_000,
    age: 25 * day,
    config: { command: ['rabbitmq-server'], ports: ['5672/tcp', '15672/tcp'] },
  })
  addImage(store, {
    tags: [
      'registry.internal.example.com:5000/platform/data-science/notebooks/jupyter-scipy-cuda-extended:2026.09.14-rc3',
    ],
    size: 7_412 * mebibyte,
    age: 69 * day,
    config: { command: ['start-notebook.py'], ports: ['8888/tcp'] },
  })
  addImage(store, { tags: [], size: 88_100_000, sharedSize: 60_000_000, age: 41 * day })
  addImage(store, { tags: [], size: 190_100_000, sharedSize: 121_000_000, age: 13 * day })
}
