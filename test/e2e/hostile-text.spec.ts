import { expect, test } from './berth.ts'
import { testImage } from './one-machine.ts'

/** Runs if any of it is ever taken for markup. */
const markup = '<img src=x onerror="window.breached=1"><script>window.breached=1</script>'

test('labels and log lines of a container are text, whatever they hold', async ({
  window,
  docker,
}) => {
  const { containers, container, page } = window
  const { log } = container
  const project = ['--label', `com.docker.compose.project=${markup}`]
  const service = ['--label', `com.docker.compose.service=${markup}`]
  const escapes = '\\033]0;title\\007\\033[31m'
  await docker([
    'run',
    '--name',
    'hostile',
    ...project,
    ...service,
    testImage,
    'printf',
    `${escapes}${markup}\n{{ 7*7 }} \u202Egnirts\n`,
  ])

  await expect(containers.list).toContainText('onerror="window.breached=1"')
  await containers.openLog('hostile')
  await expect(log.lines).toContainText('<script>window.breached=1</script>')
  await expect(log.lines).toContainText('{{ 7*7 }}')
  await expect(log.lines.locator('img, script')).toHaveCount(0)
  expect(await page.evaluate(() => Reflect.get(window, 'breached') as unknown)).toBeUndefined()
  await docker(['rm', '-f', 'hostile'])
})
