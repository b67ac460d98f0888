import { describe, expect, it } from 'vitest'
import type { RunSpec } from '#api'
import { parseDockerRun } from '../../../../renderer/docker-run/parse-docker-run.ts'
import { quoteWords } from '../../../../renderer/docker-run/quote-words.ts'
import { toDockerRun } from '../../../../renderer/docker-run/to-docker-run.ts'

const read = (text: string) => {
  const { spec, problems } = parseDockerRun(text)
  expect(problems).toEqual([])
  return spec
}

describe('parseDockerRun', () => {
  it.each<[string, RunSpec]>([
    ['docker run nginx', { image: 'nginx' }],
    ['$ sudo docker container run nginx', { image: 'nginx' }],
    ['# podman run nginx', { image: 'nginx' }],
    ['PS C:\\Users\\me> docker run nginx', { image: 'nginx' }],
    ['DOCKER_BUILDKIT=1 docker --context x run --rm nginx', { image: 'nginx', autoRemove: true }],
    ['run -it alpine sh', { image: 'alpine', interactive: true, tty: true, command: ['sh'] }],
    ['-p 80:80 nginx', { image: 'nginx', ports: [port(80, 80)] }],
    [
      'docker run -itd --name=web nginx',
      { image: 'nginx', name: 'web', interactive: true, tty: true },
    ],
    ['docker run -p8080:80 nginx', { image: 'nginx', ports: [port(80, 8080)] }],
    [
      'docker run -itp 8080:80 nginx -g x',
      {
        image: 'nginx',
        interactive: true,
        tty: true,
        ports: [port(80, 8080)],
        command: ['-g', 'x'],
      },
    ],
    ['docker run --init=false --rm=true a', { image: 'a', init: false, autoRemove: true }],
    ['docker run -- nginx', { image: 'nginx' }],
    [
      'docker run -e A=\'x y\' -e "B=\\"q\\"" -eC=1 a',
      { image: 'a', env: { A: 'x y', B: '"q"', C: '1' } },
    ],
    [
      'docker run \\\n  --name web \\  \n  -e A=1 \\\n  nginx:1.27 \\\n  nginx -g "daemon off;"',
      {
        image: 'nginx:1.27',
        name: 'web',
        env: { A: '1' },
        command: ['nginx', '-g', 'daemon off;'],
      },
    ],
    [
      'docker run `\r\n  -v C:\\data:/data `\r\n  nginx',
      { image: 'nginx', mounts: [bind('C:\\data', '/data')] },
    ],
    [
      'docker run ^\n  -v "C:\\my data:/data:ro" ^\n  nginx',
      { image: 'nginx', mounts: [{ ...bind('C:\\my data', '/data'), readOnly: true }] },
    ],
    ['docker run -d\n  --name web\n  nginx', { image: 'nginx', name: 'web' }],
    [
      'docker run --restart on-failure:3 a',
      { image: 'a', restart: 'on-failure', restartRetries: 3 },
    ],
    ['docker run --restart on-failure:3 --restart always a', { image: 'a', restart: 'always' }],
    ['docker run --entrypoint "" a', { image: 'a', entrypoint: [] }],
    [
      'docker run -m 512m --memory-swap -1 --cpus .5 --shm-size=1.5g a',
      {
        image: 'a',
        memoryBytes: 536870912,
        memorySwapBytes: -1,
        cpus: 0.5,
        shmBytes: 1610612736,
      },
    ],
    [
      'docker run --health-cmd "curl -f x || exit 1" --health-interval 1m30s --health-timeout=500ms a',
      {
        image: 'a',
        health: { command: 'curl -f x || exit 1', intervalSeconds: 90, timeoutSeconds: 0.5 },
      },
    ],
    ['docker run --no-healthcheck a', { image: 'a', health: { command: 'none' } }],
    [
      'docker run --ulimit nofile=1024 --ulimit core=-1:-1 a',
      {
        image: 'a',
        ulimits: [
          { name: 'nofile', soft: 1024, hard: 1024 },
          { name: 'core', soft: -1, hard: -1 },
        ],
      },
    ],
    [
      'docker run --net=host --add-host db=10.0.0.2 a',
      { image: 'a', network: 'host', addHost: ['db:10.0.0.2'] },
    ],
    [
      'docker run --network name=back,alias=db,ip=10.1.0.2 a',
      { image: 'a', network: 'back', networkAliases: ['db'], ip: '10.1.0.2' },
    ],
  ])('reads %s', (text, spec) => {
    expect(read(text)).toEqual(spec)
  })

  it.each<[string, RunSpec['ports']]>([
    ['80', [{ containerPort: 80, protocol: 'tcp' }]],
    ['8080:80', [port(80, 8080)]],
    ['127.0.0.1:8080:80', [{ ...port(80, 8080), hostIp: '127.0.0.1' }]],
    ['127.0.0.1::80', [{ containerPort: 80, protocol: 'tcp', hostIp: '127.0.0.1' }]],
    ['[::1]:8080:80/udp', [{ containerPort: 80, protocol: 'udp', hostPort: 8080, hostIp: '::1' }]],
    ['8000-8002:80-82', [port(80, 8000), port(81, 8001), port(82, 8002)]],
    ['53:53/UDP', [{ containerPort: 53, protocol: 'udp', hostPort: 53 }]],
    ['published=8080,target=80', [port(80, 8080)]],
  ])('reads the port %s', (value, ports) => {
    expect(read(`docker run -p ${value} a`).ports).toEqual(ports)
  })

  it.each<[string, NonNullable<RunSpec['mounts']>[number]]>([
    ['-v /data', { kind: 'volume', target: '/data' }],
    ['-v db:/data', { kind: 'volume', source: 'db', target: '/data' }],
    ['-v /srv:/data:ro', { ...bind('/srv', '/data'), readOnly: true }],
    ['-v C:/srv:/data', bind('C:/srv', '/data')],
    ['-v //c/srv:/data', bind('//c/srv', '/data')],
    ['--mount type=bind,src=/srv,dst=/data,ro', { ...bind('/srv', '/data'), readOnly: true }],
    ['--mount source=db,target=/data', { kind: 'volume', source: 'db', target: '/data' }],
    ['--mount \'type=bind,"source=/a,b",target=/data\'', bind('/a,b', '/data')],
    ['--mount type=tmpfs,target=/run', { kind: 'tmpfs', target: '/run' }],
    ['--tmpfs /run', { kind: 'tmpfs', target: '/run' }],
  ])('reads %s', (words, mount) => {
    expect(read(`docker run ${words} a`).mounts).toEqual([mount])
  })

  it.each([
    ['docker run -v $(pwd)/x:/x a', '-v', '$(pwd)'],
    ['docker run -v "$PWD":/x a', '-v', '$PWD'],
    ['docker run -v ${PWD}/y:/x a', '-v', '${PWD}'],
    ['docker run -v `pwd`:/x a', '-v', '`pwd`'],
    ['docker run -v %cd%:/x a', '-v', '%cd%'],
    ['docker run -v ~/x:/x a', '-v', '~'],
    ['docker run -v ./x:/x a', '-v', './x'],
    ['docker run -e TOKEN a', '-e', 'TOKEN'],
    ['docker run -e A=$TOKEN a', '-e', '$TOKEN'],
  ])('asks to fill in what a shell would know: %s', (text, option, part) => {
    expect(parseDockerRun(text).notes).toEqual([{ code: 'fillIn', option, part }])
  })

  it('leaves what single quotes protect', () => {
    expect(parseDockerRun("docker run -e 'A=$TOKEN' a").notes).toEqual([])
  })

  it('tells what it does not take over, and reads on', () => {
    const { spec, notes, problems } = parseDockerRun(
      'docker run --env-file .env --link db:db --detach-keys ctrl-x -v a:/a:z --mount type=tmpfs,dst=/t,tmpfs-size=1m nginx && docker ps',
    )
    expect(problems).toEqual([])
    expect(spec.image).toBe('nginx')
    expect(notes).toEqual([
      { code: 'notTaken', option: '--env-file', reason: 'file' },
      { code: 'notTaken', option: '--link', reason: 'old' },
      { code: 'notTaken', option: '--detach-keys', reason: 'terminal' },
      { code: 'dropped', option: '-v', part: 'z' },
      { code: 'dropped', option: '--mount', part: 'tmpfs-size=1m' },
      { code: 'restIgnored', part: 'docker ps' },
    ])
  })

  it.each([
    ['ls -la', 'notDockerRun', 'ls'],
    ['docker compose run web', 'notDockerRun', 'docker'],
    ['', 'notDockerRun', ''],
    ['docker run -p 80:80', 'imageMissing', ''],
    ['docker run --nmae web a', 'unknownOption', '--nmae'],
    ['docker run -x a', 'unknownOption', '-x'],
    ['docker run a -p', undefined, ''],
    ['docker run --name', 'valueMissing', '--name'],
    ['docker run -p eighty a', 'value', 'eighty'],
    ['docker run -p 8000-8010:80 a', 'value', '8000-8010:80'],
    ['docker run --memory lots a', 'value', 'lots'],
    ['docker run -v a:b a', 'value', 'a:b'],
    ['docker run --name "web a', 'openQuote', '"web'],
  ])('points at what is wrong with %s', (text, code, word) => {
    const { problems } = parseDockerRun(text)
    expect(problems[0]?.code).toBe(code)
    if (code) expect(problems[0]?.word).toBe(word)
    if (word) expect(text.slice(problems[0]?.start).startsWith(word)).toBe(code !== undefined)
  })
})

describe('toDockerRun', () => {
  it('writes what one would type', () => {
    const spec: RunSpec = {
      image: 'nginx:1.27',
      name: 'web',
      tty: true,
      interactive: true,
      ports: [port(80, 8080)],
      env: { A: "it's" },
      command: ['sh', '-c', 'echo $HOME'],
    }
    expect(quoteWords(toDockerRun(spec))).toBe(
      "docker run -dit --name web -p 8080:80 -e 'A=it'\\''s' nginx:1.27 sh -c 'echo $HOME'",
    )
  })

  it.each(allFields())('is read back as it was: %s', (_, spec) => {
    expect(read(quoteWords(toDockerRun(spec)))).toEqual(spec)
  })

  it('is read back as it was, in any mixture', () => {
    const fields = allFields().map(([, spec]) => spec)
    let seed = 7
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647
    for (let round = 0; round < 500; round += 1) {
      const chosen = fields.filter(() => random() < 0.4)
      const spec: RunSpec = Object.assign({ image: 'a' }, ...chosen) as RunSpec
      const odd = String.fromCharCode(
        ...Array.from({ length: 6 }, () => 32 + Math.floor(random() * 95)),
      )
      spec.env = { ...spec.env, ODD: `${odd}\n"'$\\` }
      expect(read(quoteWords(toDockerRun(spec)))).toEqual(spec)
    }
  })
})

function allFields(): [string, RunSpec][] {
  const all: Required<Omit<RunSpec, 'image'>> = {
    name: 'web',
    entrypoint: ['/bin/sh'],
    command: ['-c', 'echo "a b" $X'],
    env: { A: '1', B: '', 'C.d': 'x=y' },
    ports: [
      port(80, 8080),
      { containerPort: 53, protocol: 'udp', hostIp: '::1' },
      { containerPort: 9, protocol: 'sctp' },
    ],
    publishAll: true,
    expose: ['8080/tcp'],
    mounts: [
      bind('/srv', '/a'),
      { ...bind('C:\\x y', '/b'), readOnly: true },
      { kind: 'volume', source: 'db', target: '/c' },
      { kind: 'volume', target: '/d' },
    ],
    volumesFrom: ['other:ro'],
    network: 'back',
    networkAliases: ['db'],
    hostname: 'h',
    addHost: ['a:10.0.0.1', 'b:::1'],
    dns: ['1.1.1.1'],
    macAddress: '02:42:ac:11:00:02',
    ip: '10.0.0.4',
    restart: 'on-failure',
    restartRetries: 4,
    autoRemove: true,
    user: '1000:1000',
    groupAdd: ['audio'],
    workdir: '/app',
    labels: { 'a.b/c': 'd', e: '' },
    tty: true,
    interactive: true,
    init: true,
    readOnly: true,
    privileged: false,
    capAdd: ['NET_ADMIN'],
    capDrop: ['ALL'],
    securityOpt: ['seccomp=unconfined'],
    devices: ['/dev/a:/dev/b:rwm'],
    gpus: 'all',
    cpus: 1.25,
    cpusetCpus: '0-1',
    cpuShares: 512,
    memoryBytes: 1536 * 1024 ** 2,
    memorySwapBytes: -1,
    memoryReservationBytes: 1001,
    pidsLimit: -1,
    shmBytes: 64 * 1024 ** 2,
    ulimits: [{ name: 'nofile', soft: 1, hard: 2 }],
    sysctls: { 'net.core.somaxconn': '1' },
    ipc: 'host',
    pid: 'host',
    userns: 'host',
    cgroupns: 'private',
    platform: 'linux/arm64',
    runtime: 'runc',
    stopSignal: 'SIGINT',
    stopSeconds: 30,
    logDriver: 'json-file',
    logOptions: { 'max-size': '10m' },
    health: {
      command: 'true || false',
      intervalSeconds: 0.5,
      timeoutSeconds: 90,
      startSeconds: 1,
      retries: 3,
    },
  }
  // What belongs together is given together.
  const { restartRetries, ...rest } = all
  return Object.entries(rest).map(([key, value]) => [
    key,
    { image: 'a', [key]: value, ...(key === 'restart' && { restartRetries }) },
  ])
}

function port(containerPort: number, hostPort: number) {
  return { containerPort, protocol: 'tcp' as const, hostPort }
}

function bind(source: string, target: string) {
  return { kind: 'bind' as const, source, target }
}
