import type { Locator, Page } from '@playwright/test'

/** What finds and does everything, by keys. */
export class Palette {
  readonly #page: Page
  readonly dialog: Locator
  readonly choices: Locator

  constructor(page: Page) {
    this.#page = page
    this.dialog = page.getByTestId('palette')
    this.choices = this.dialog.getByRole('option')
  }

  async open(): Promise<void> {
    await this.#page.keyboard.press('ControlOrMeta+k')
    await this.dialog.waitFor()
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text)
  }
}
