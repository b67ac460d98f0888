import type { Locator, Page } from '@playwright/test'

/** The terminals of a container, on its page. */
export class TerminalPart {
  readonly #page: Page
  readonly screen: Locator
  /** The lines of the screen as they are drawn. */
  readonly rows: Locator
  readonly tabs: Locator
  /** What is said below one whose shell has ended. */
  readonly end: Locator

  constructor(page: Page) {
    this.#page = page
    this.screen = page.getByTestId('terminal')
    this.rows = this.screen.locator('.xterm-rows')
    this.tabs = page.getByTestId('terminal-tab')
    this.end = page.getByTestId('terminal-end')
  }

  /** Opens one more, with a command of the user's choice. */
  async open(command: string): Promise<void> {
    await this.#page.getByTestId('terminal-new').click()
    await this.#page.getByTestId('terminal-form').getByRole('textbox').first().fill(command)
    await this.#page.getByTestId('terminal-open').click()
  }

  /** Types a line as a user does, once the shell asks for it. */
  async type(line: string): Promise<void> {
    await this.screen.click()
    await this.#page.keyboard.type(line)
    await this.#page.keyboard.press('Enter')
  }
}
