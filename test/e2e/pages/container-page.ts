import type { Locator, Page } from '@playwright/test'
import type { ContainerTab } from '../../../renderer/views/container/container-tabs.ts'
import { LogPart } from './log-part.ts'
import { TerminalPart } from './terminal-part.ts'

/** One container in all its parts. */
export class ContainerPage {
  readonly #page: Page
  readonly name: Locator
  readonly state: Locator
  /** Everything below the tabs. */
  readonly body: Locator
  readonly log: LogPart
  readonly terminal: TerminalPart

  constructor(page: Page) {
    this.#page = page
    this.name = page.getByTestId('container-name')
    this.state = page.getByTestId('container-state')
    this.body = page.getByTestId('container')
    this.log = new LogPart(page)
    this.terminal = new TerminalPart(page)
  }

  async show(tab: ContainerTab): Promise<void> {
    await this.#page.getByTestId(`tab-${tab}`).click()
  }

  /** Starts it or stops it, by the button in the head. */
  async press(power: 'Start' | 'Stop'): Promise<void> {
    await this.#page.getByTestId('container-power').and(this.#button(power)).click()
  }

  async leave(): Promise<void> {
    await this.#page.getByRole('link', { name: 'Back to the containers' }).click()
  }

  #button(name: string): Locator {
    return this.#page.getByRole('button', { name })
  }
}
