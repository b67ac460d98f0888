import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { ComposeApi, ComposeProject, ComposeRun } from '#api'
import type { FakeOptions } from '../../../support/fake-app.ts'
import { startFakeApp } from '../../../support/fake-app.ts'
import { addContainer, inProject } from '../../../support/fake-engine/make.ts'
import { listsOf } from '../../../support/lists-of.ts'
import { reading } from '../engine/with-engine.ts'

const web = { image: 'nginx:latest', ports: ['8081:80'] }

async function openCompose(options: FakeOptions = {}) {
  const fake = await startFakeApp({ stepMs: 1, ...options })
  onTestFinished(() => fake[Symbol.asyncDispose]())
  return { fake, compose: fake.app.api.compose }
}

/** A folder of a project in a shared one, with its file. */
async function createProject(file: object | string) {
  const folder = await mkdtemp(join(tmpdir(), 'berth-compose-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const directory = join(folder, 'demo')
  await mkdir(directory)
  const path = join(directory, 'compose.yaml')
  await writeFile(path, typeof file === 'string' ? file : JSON.stringify(file))
  return { directory, path }
}

const named = (name: string) => (projects: ComposeProject[]) =>
  projects.some((project) => project.name === name)

/** Waits for the end of a run, which goes well. */
async function finish(compose: ComposeApi, begun: Promise<string>): Promise<void> {
  const id = await begun
  const find = (list: ComposeRun[]) => list.find((run) => run.id === id)
  await using runs = reading(listsOf(compose.runs()))
  const last = await runs.until((list) => find(list)?.phase !== 'active')
  expect(find(last)).toMatchObject({ phase: 'done', steps: [] })
}

test('projects are found by their labels, with where their files are', async () => {
  const { compose } = await openCompose()
  await using projects = reading(compose.watch())
  const found = await projects.until(named('shop'))
  expect(found).toContainEqual({
    name: 'shop',
    directory: '/home/mia/src/shop',
    files: [{ path: '/home/mia/src/shop/compose.yaml', reach: 'not-shared' }],
    opened: false,
  })
})

test('a project leaves the list with the last of its containers', async () => {
  const { fake, compose } = await openCompose()
  await using projects = reading(compose.watch())
  await projects.until(named('shop'))
  const { containers } = fake.app.api
  const members = [...fake.engine.store.containers.values()].filter(
    ({ labels }) => labels['com.docker.compose.project'] === 'shop',
  )
  for (const { id } of members) await containers.remove(id, { force: true })
  const left = await projects.until((list) => !named('shop')(list))
  expect(left.map(({ name }) => name)).toEqual(['observability'])
})

test('a file that is opened is shown, is remembered, and starts nothing', async () => {
  const { fake, compose } = await openCompose()
  const { path, directory } = await createProject({ services: { web } })
  const before = fake.engine.store.containers.size
  const plan = await compose.open(path)
  expect(plan).toMatchObject({
    project: 'demo',
    services: [{ name: 'web', image: 'nginx:latest', ports: [{ hostPort: 8081 }] }],
  })
  await using projects = reading(compose.watch())
  const [project] = (await projects.until(named('demo'))).filter(({ name }) => name === 'demo')
  expect(project).toEqual({
    ...{ name: 'demo', directory, opened: true },
    files: [{ path, reach: 'ready' }],
  })
  const kept = await readFile(join(fake.app.paths.home, 'compose.json'), 'utf8')
  expect(JSON.parse(kept)).toEqual([{ project: 'demo', path }])
  expect(fake.engine.store.containers.size).toBe(before)
  expect(await readdir(directory)).toEqual(['compose.yaml'])
  await compose.forget('demo')
  await projects.until((list) => !named('demo')(list))
})

test('a project goes up, stops, starts and goes down', async () => {
  const { fake, compose } = await openCompose()
  const { path } = await createProject({ services: { web, api: { image: 'nginx:latest' } } })
  await compose.open(path)
  const states = () =>
    [...fake.engine.store.containers.values()]
      .filter(({ labels }) => labels['com.docker.compose.project'] === 'demo')
      .map(({ state }) => state)
  await finish(compose, compose.up('demo'))
  expect(states()).toEqual(['running', 'running'])
  await finish(compose, compose.stop('demo'))
  expect(states()).toEqual(['exited', 'exited'])
  await finish(compose, compose.start('demo'))
  expect(states()).toEqual(['running', 'running'])
  await finish(compose, compose.down('demo'))
  expect(states()).toEqual([])
})

test('one thing is done with a project at a time', async () => {
  const { fake, compose } = await openCompose()
  const goOn = fake.compose.hold()
  const first = compose.restart('shop')
  const refusal = { code: 'compose-busy', params: { project: 'shop' } }
  await expect(compose.stop('shop')).rejects.toMatchObject(refusal)
  goOn()
  await finish(compose, first)
  await finish(compose, compose.stop('shop'))
})

test('a run goes on without a reader, and ends as Ctrl-C would end it once it is cancelled', async () => {
  const { fake, compose } = await openCompose()
  const goOn = fake.compose.hold()
  const id = await compose.restart('shop')
  {
    await using runs = reading(listsOf(compose.runs()))
    const [run] = await runs.until(([one]) => one?.steps.length === 1)
    expect(run?.steps[0]).toMatchObject({ text: 'Restarting', state: 'working' })
  }
  await using runs = reading(listsOf(compose.runs()))
  expect((await runs.take())[0]).toMatchObject({ id, verb: 'restart', phase: 'active' })
  await compose.cancel(id)
  await runs.until(([run]) => run?.phase === 'cancelled')
  goOn()
  await finish(compose, compose.start('shop'))
})

test('what goes wrong before a command can run is told with its run', async () => {
  const { fake, compose } = await openCompose({ settings: { shares: [] } })
  const { path, directory } = await createProject({ services: { web } })
  const labels = {
    'com.docker.compose.project.config_files': path,
    'com.docker.compose.project.working_dir': directory,
  }
  const made = { ...inProject('demo', 'web', labels), name: 'demo-web-1', image: 'nginx' }
  addContainer(fake.engine.store, { ...made, age: 1000 })
  const id = await compose.up('demo')
  await using runs = reading(listsOf(compose.runs()))
  const [run] = await runs.until(([one]) => one?.phase === 'failed')
  expect(run).toMatchObject({ id, error: { code: 'folder-not-shared' } })
})

test('an app that ends ends what is under way', async () => {
  const { fake, compose } = await openCompose()
  fake.compose.hold()
  await compose.stop('shop')
  const states = () => [...fake.engine.store.containers.values()].map(({ state }) => state)
  const running = states().filter((state) => state === 'running').length
  await fake[Symbol.asyncDispose]()
  expect(running - states().filter((state) => state === 'running').length).toBeLessThan(2)
})

test.each([
  ['is not there', 'compose-missing', () => Promise.resolve('/tmp/none-of-it/compose.yaml')],
  ['has no address', 'compose-missing', () => Promise.resolve('compose.yaml')],
  ['is broken', 'compose-invalid', async () => (await createProject('services: [')).path],
  [
    'is too large',
    'compose-large',
    async () => (await createProject(' '.repeat(3 * 1024 * 1024))).path,
  ],
])('a file that %s is refused as %s', async (_what, code, toPath) => {
  const { compose } = await openCompose()
  await expect(compose.open(await toPath())).rejects.toMatchObject({ code })
})

test('a file in a folder that is not shared names the folder', async () => {
  const { compose } = await openCompose({ settings: { shares: [] } })
  const { path, directory } = await createProject({ services: { web } })
  await expect(compose.open(path)).rejects.toMatchObject({
    code: 'folder-not-shared',
    params: { path: directory },
  })
})

test('a second folder of the same name is told of before it takes the first one’s containers', async () => {
  const { compose } = await openCompose()
  const { path } = await createProject({ name: 'shop', services: { web } })
  const plan = await compose.open(path)
  expect(plan.risks).toEqual([
    { kind: 'other-folder', service: '', what: '/home/mia/src/shop/compose.yaml' },
  ])
})

test.each(['../x', '--file=/etc', 'Shop', ''])('the name %j reaches no command', (name) => {
  return openCompose().then(({ compose }) =>
    expect(compose.stop(name)).rejects.toMatchObject({ code: 'input-invalid' }),
  )
})

test('the log of a project is all of its containers’, in the order of time, each line with its own', async () => {
  const { compose } = await openCompose()
  const lines = []
  for await (const batch of compose.logs('shop', { tail: 20, follow: false })) lines.push(...batch)
  const times = lines.map(({ at = '' }) => at)
  expect(times).toEqual(times.toSorted())
  expect(new Set(lines.map(({ from }) => from)).size).toBeGreaterThan(1)
  expect(lines.map(({ from }) => from)).toContain('api-1')
})

test('a container that comes later joins the log', async () => {
  const { compose } = await openCompose()
  const { path } = await createProject({ services: { web } })
  await compose.open(path)
  await using log = reading(compose.logs('demo'))
  const first = log.take()
  await finish(compose, compose.up('demo'))
  expect((await first)[0]).toMatchObject({ from: 'web-1' })
})
