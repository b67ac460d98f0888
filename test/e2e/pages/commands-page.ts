import type { Locator, Page } from '@playwright/test'

/** What the window did, as docker commands. */
export class CommandsPage {
  readonly list: Locator
  /** One command each, newest first. */
  readonly lines: Locator

  constructor(page: Page) {
    this.list = page.getByTestId('commands')
    this.lines = this.list.locator('code')
  }
}
