import type { Locator, Page } from '@playwright/test'

/** The list of images, and what is being loaded. */
export class ImagesPage {
  readonly #page: Page
  readonly list: Locator
  /** Loads and pulls that have ended well. */
  readonly loaded: Locator
  /** A pull or load that is under way. */
  readonly active: Locator
  /** One that failed. */
  readonly failed: Locator

  constructor(page: Page) {
    this.#page = page
    this.list = page.getByTestId('images')
    this.loaded = page.getByTestId('transfer-done')
    this.active = page.getByTestId('transfer-active')
    this.failed = page.getByTestId('transfer-failed')
  }

  row(name: string): Locator {
    return this.#page.getByTestId(`image-${name}`)
  }

  /** Picks a `docker save` archive in the system's file dialog. */
  async load(file: string): Promise<void> {
    const choosing = this.#page.waitForEvent('filechooser')
    await this.#page.getByTestId('load').click()
    await (await choosing).setFiles(file)
  }

  async pull(reference: string): Promise<void> {
    await this.#page.getByTestId('pull').click()
    await this.#page.getByTestId('pull-image').fill(reference)
    await this.#page.getByTestId('pull-submit').click()
  }

  /** Gives an order by the row's menu. */
  async order(name: string, order: string): Promise<void> {
    await this.row(name).getByRole('button', { name: 'More actions for' }).click()
    await this.#page.getByRole('menuitem', { name: order }).click()
  }

  /** Opens the run form with this image filled in. */
  async openRunForm(name: string): Promise<void> {
    await this.row(name).hover()
    await this.row(name)
      .getByRole('button', { name: `Run ${name}` })
      .click()
  }
}
