import type { Locator, Page } from '@playwright/test'

/** The list of images, and what is being loaded. */
export class ImagesPage {
  readonly #page: Page
  readonly list: Locator
  /** Loads and pulls that have ended well. */
  readonly loaded: Locator

  constructor(page: Page) {
    this.#page = page
    this.list = page.getByTestId('images')
    this.loaded = page.getByTestId('transfer-done')
  }

  row(name: string): Locator {
    return this.list.getByRole('row').filter({ hasText: name })
  }

  /** Picks a `docker save` archive in the system's file dialog. */
  async load(file: string): Promise<void> {
    const choosing = this.#page.waitForEvent('filechooser')
    await this.#page.getByTestId('load').click()
    await (await choosing).setFiles(file)
  }

  /** Opens the run form with this image filled in. */
  async openRunForm(name: string): Promise<void> {
    await this.row(name).hover()
    await this.row(name)
      .getByRole('button', { name: `Run ${name}` })
      .click()
  }
}
