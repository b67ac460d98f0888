import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PortChoices } from '../../../../main/ports/choices.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-choices-'))
  file = join(folder, 'ports.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('choices are there for the next app, and go with their container', async () => {
  const choices = await PortChoices.open(file)
  choices.set('a tcp 80', 'network')
  choices.set('ab tcp 80', 'computer')
  choices.set('a udp 53', 'network')
  await choices.settled()
  const next = await PortChoices.open(file)
  expect([...next.all]).toEqual([...choices.all])
  next.drop('a')
  await next.settled()
  expect([...(await PortChoices.open(file)).all]).toEqual([['ab tcp 80', 'computer']])
})

test('the oldest makes room', async () => {
  const choices = new PortChoices(file)
  for (let port = 0; port <= 2000; port += 1) choices.set(`a tcp ${port}`, 'network')
  await choices.settled()
  expect(choices.all.size).toBe(2000)
  expect(choices.all.has('a tcp 0')).toBe(false)
})

test.each(['{', '[]', '{"a tcp 80":"everybody"}'])(
  'a file of %s is set aside, and nothing is open by it',
  async (text) => {
    await writeFile(file, text)
    expect((await PortChoices.open(file)).all.size).toBe(0)
    const [aside = ''] = (await readdir(folder)).filter((name) => name !== 'ports.json')
    expect(await readFile(join(folder, aside), 'utf8')).toBe(text)
  },
)

test('without a file they last as long as they are held', async () => {
  const choices = new PortChoices()
  choices.set('a tcp 80', 'network')
  await choices.settled()
  expect(choices.all.get('a tcp 80')).toBe('network')
})
