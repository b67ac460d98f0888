import { expect, oneFace, test } from './berth.ts'
import { archiveVariable, savedImage } from './one-machine.ts'

test('an image is loaded from a file and run', async ({ window, docker }) => {
  const { containers, images, log } = window
  await window.show('Images')
  await images.load(process.env[archiveVariable] ?? '')
  await expect(images.loaded).toContainText('Loaded')
  await expect(images.row(savedImage)).toBeVisible()

  await images.openRunForm(savedImage)
  await containers.submit('from-archive')
  await expect(containers.form).toHaveCount(0)
  await window.show('Containers')
  await containers.openLog('from-archive')
  await expect(log.lines).toContainText('from the archive')
  await docker(['rm', '-f', 'from-archive'])
  await docker(['rmi', savedImage])
})

test(
  'a file that is no archive is refused in one sentence, and nothing is loaded',
  oneFace,
  async ({ window }) => {
    const { images, page } = window
    await window.show('Images')
    await images.load(import.meta.filename)
    await expect(page.getByTestId('transfer-failed').getByRole('alert')).toHaveText(
      /^This file is not an image archive, and nothing was loaded\./,
    )
  },
)
