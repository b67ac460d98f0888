import type { Locator, Page } from '@playwright/test'

/** One container's log. */
export class LogPage {
  readonly #page: Page
  readonly lines: Locator

  constructor(page: Page) {
    this.#page = page
    this.lines = page.getByTestId('log')
  }

  async leave(): Promise<void> {
    await this.#page.getByRole('link', { name: 'Back to the containers' }).click()
  }
}
