import type { Download, Locator, Page } from '@playwright/test'

/** The log of a container, on its page. */
export class LogPart {
  readonly #page: Page
  /** What is drawn of it. */
  readonly lines: Locator
  /** How many lines there are, and whether more may come. */
  readonly state: Locator
  readonly search: Locator
  /** How many places were found. */
  readonly found: Locator

  constructor(page: Page) {
    this.#page = page
    this.lines = page.getByTestId('log')
    this.state = page.getByTestId('log-state')
    this.search = page.getByTestId('log-search')
    this.found = page.getByTestId('log-found')
  }

  async showOnlyFound(): Promise<void> {
    await this.#page.getByTestId('log-only').click()
  }

  /** Saves what is shown as a file. */
  async download(): Promise<Download> {
    const coming = this.#page.waitForEvent('download')
    await this.#page.getByTestId('log-menu').click()
    await this.#page.getByRole('menuitem', { name: 'Download what is shown' }).click()
    return coming
  }
}
