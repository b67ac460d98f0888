import type { Locator, Page } from '@playwright/test'

export class SettingsPage {
  readonly #page: Page
  readonly #language: Locator
  readonly theme: Locator
  readonly density: Locator

  constructor(page: Page) {
    this.#page = page
    this.#language = page.getByTestId('language')
    this.theme = page.getByTestId('theme')
    this.density = page.getByTestId('density')
  }

  async chooseLanguage(name: string): Promise<void> {
    await this.#language.click()
    await this.#page.getByRole('option', { name }).click()
  }
}
