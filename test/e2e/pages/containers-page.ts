import type { Locator, Page } from '@playwright/test'
import type { BulkVerb } from '../../../renderer/container/container-verbs.ts'

/** The list of containers. */
export class ContainersPage {
  readonly #page: Page
  readonly list: Locator
  /** All rows in their order, those of groups too. */
  readonly rows: Locator
  readonly filter: Locator
  /** What is done to all that are selected. */
  readonly bulkBar: Locator

  constructor(page: Page) {
    this.#page = page
    this.list = page.getByTestId('containers')
    this.rows = this.list.locator('tr[data-id]')
    this.filter = page.getByTestId('filter')
    this.bulkBar = page.getByTestId('bulk-bar')
  }

  row(name: string): Locator {
    return this.#page.getByTestId(`container-${name}`)
  }

  group(project: string): Locator {
    return this.#page.getByTestId(`group-${project}`)
  }

  /** Types a filter and settles its last word. */
  async filterBy(text: string): Promise<void> {
    await this.filter.fill(text)
    await this.filter.press('Enter')
  }

  async select(...names: string[]): Promise<void> {
    for (const name of names) {
      await this.row(name).hover()
      await this.row(name).getByRole('checkbox').check()
    }
  }

  async doToSelected(verb: BulkVerb): Promise<void> {
    await this.#page.getByTestId(`bulk-${verb}`).click()
  }

  async sortBy(column: string): Promise<void> {
    await this.list.getByRole('columnheader', { name: column }).getByRole('button').click()
  }

  async stop(name: string): Promise<void> {
    await this.row(name).hover()
    await this.row(name)
      .getByRole('button', { name: `Stop ${name}` })
      .click()
  }

  /** Gives an order by the row's menu. */
  async order(name: string, order: string): Promise<void> {
    await this.row(name)
      .getByRole('button', { name: `More actions for ${name}` })
      .click()
    await this.#page.getByRole('menuitem', { name: order }).click()
  }

  /** Asks for removal; the window then asks back. */
  remove(name: string): Promise<void> {
    return this.order(name, 'Remove…')
  }

  async openLog(name: string): Promise<void> {
    await this.row(name).getByRole('link', { name, exact: true }).click()
  }
}
