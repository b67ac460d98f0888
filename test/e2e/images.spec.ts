import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registryAddress, removeRegistry, startRegistry } from '../support/registry.ts'
import { download, expect, oneFace, test } from './berth.ts'
import { mustDocker } from './docker-lab.ts'
import { importImage } from './image-lab.ts'
import { archiveVariable, savedImage } from './one-machine.ts'

test('an image is loaded from a file and run', async ({ window, docker }) => {
  const { containers, container, images, runForm } = window
  await window.show('Images')
  await images.load(process.env[archiveVariable] ?? '')
  await expect(images.loaded).toContainText('Loaded')
  await expect(images.row(savedImage)).toBeVisible()

  await images.openRunForm(savedImage)
  await runForm.fillName('from-archive')
  await runForm.send()
  await expect(runForm.form).toHaveCount(0)
  await window.show('Containers')
  await containers.openLog('from-archive')
  await expect(container.log.lines).toContainText('from the archive')
  await docker(['rm', '-f', 'from-archive'])
  await docker(['rmi', savedImage])
})

test(
  'a file that is no archive is refused in one sentence, and nothing is loaded',
  oneFace,
  async ({ window }) => {
    const { images } = window
    await window.show('Images')
    await images.load(import.meta.filename)
    await expect(images.failed.getByRole('alert')).toHaveText(
      /^This file is not an image archive, and nothing was loaded\./,
    )
  },
)

test.describe('a registry', oneFace, () => {
  const image = `${registryAddress}/berth/payload:1`
  let folder: string

  test.beforeAll(async ({ docker }) => {
    folder = await mkdtemp(join(tmpdir(), 'berth-e2e-registry-'))
    await startRegistry(docker, folder)
  })
  test.afterAll(async ({ docker }) => {
    await removeRegistry(docker)
    await rm(folder, { recursive: true, force: true })
  })

  test('is pulled from, after a pull that was cancelled; the image gets a name', async ({
    window,
    docker,
  }) => {
    const { images, page } = window
    await importImage(docker, 2_000_000, image)
    await mustDocker(docker, 'push', image)
    await mustDocker(docker, 'rmi', image)
    await window.show('Images')

    await mustDocker(docker, 'pause', 'registry')
    await images.pull(image)
    await expect(images.active).toContainText(image)
    await images.active.getByRole('button', { name: `Cancel ${image}` }).click()
    await expect(images.active).toHaveCount(0)
    await mustDocker(docker, 'unpause', 'registry')
    await images.pull(image)
    await expect(images.loaded).toContainText(image)

    await images.order(image, 'Add a name…')
    await page.getByTestId('new-name').fill('berth-e2e-named:2')
    await page.getByTestId('name-submit').click()
    await expect(page.getByRole('dialog')).toHaveCount(0)
    // It is listed by the first of its names.
    await images.row('berth-e2e-named:2').getByRole('link').click()
    await expect(page.getByTestId('image-layers')).toContainText(/2(\.\d+)? MB/)
    await page.getByTestId('image').getByRole('link', { name: 'Names and use' }).click()
    await expect(page.getByTestId('image')).toContainText(image)
    await mustDocker(docker, 'rmi', 'berth-e2e-named:2', image)
  })
})

test.describe('images', oneFace, () => {
  test('that are ticked are cleaned up, and no others', async ({ window, docker }) => {
    const { images, page } = window
    const kept = await importImage(docker, 100_000)
    const gone = await importImage(docker, 300_000)
    await window.show('Images')
    await page.getByTestId('prune').click()
    const dialog = page.getByRole('dialog')
    const row = dialog.getByRole('row').filter({ hasText: kept.slice(7, 19) })
    await row.getByRole('checkbox').click()
    await expect(dialog.getByRole('row').filter({ hasText: gone.slice(7, 19) })).toContainText('kB')
    await page.getByTestId('prune-submit').click()
    await expect(page.getByTestId('prune-result')).toContainText('Images removed: 1,')
    const left = await mustDocker(docker, 'images', '-q', '--no-trunc', '--filter', 'dangling=true')
    expect(left).toBe(kept)
    await mustDocker(docker, 'rmi', kept)
    await expect(images.list).toBeVisible()
  })

  test('are saved as a file that docker load takes', download, async ({ window, docker }) => {
    const { images, page } = window
    const name = 'berth-e2e-kept:1'
    const id = await importImage(docker, 500_000, name)
    await window.show('Images')
    const coming = page.waitForEvent('download')
    await images.order(name, 'Save as file…')
    const archive = await coming
    expect(archive.suggestedFilename()).toBe('berth-e2e-kept_1.tar')
    const file = await archive.path()
    await mustDocker(docker, 'rmi', name)
    expect(await mustDocker(docker, 'load', '-i', file)).toContain(name)
    expect(await mustDocker(docker, 'images', '-q', '--no-trunc', name)).toBe(id)
    await mustDocker(docker, 'rmi', name)
  })
})
