import type { Locator, Page } from '@playwright/test'

export interface RunOptions {
  image: string
  name?: string
  command?: string
  hostPort?: number
  containerPort?: number
}

/** The list of containers, and the form that runs one. */
export class ContainersPage {
  readonly #page: Page
  readonly form: Locator

  constructor(page: Page) {
    this.#page = page
    this.form = page.getByTestId('run-form')
  }

  row(name: string): Locator {
    return this.#page.getByTestId(`container-${name}`)
  }

  /** Fills the form and sends it; does not wait for what comes of it. */
  async run(options: RunOptions): Promise<void> {
    await this.#page.getByTestId('run').click()
    await this.#fill(options)
    await this.#page.getByTestId('run-submit').click()
  }

  /** Names the container of a form that is open already, and sends it. */
  async submit(name: string): Promise<void> {
    await this.#page.getByTestId('run-name').fill(name)
    await this.#page.getByTestId('run-submit').click()
  }

  async #fill({ image, name, command, hostPort, containerPort }: RunOptions): Promise<void> {
    await this.#page.getByTestId('run-image').fill(image)
    if (name !== undefined) await this.#page.getByTestId('run-name').fill(name)
    if (command !== undefined) await this.#page.getByTestId('run-command').fill(command)
    if (hostPort !== undefined) {
      await this.#page.getByTestId('run-add-ports').click()
      await this.#page.getByTestId('run-host-port-0').fill(String(hostPort))
      await this.#page.getByTestId('run-container-port-0').fill(String(containerPort))
    }
  }

  async stop(name: string): Promise<void> {
    await this.row(name).hover()
    await this.row(name)
      .getByRole('button', { name: `Stop ${name}` })
      .click()
  }

  async openLog(name: string): Promise<void> {
    await this.row(name).getByRole('link', { name, exact: true }).click()
  }

  /** Asks for removal; the window then asks back. */
  async remove(name: string): Promise<void> {
    await this.row(name)
      .getByRole('button', { name: `More actions for ${name}` })
      .click()
    await this.#page.getByRole('menuitem', { name: 'Remove…' }).click()
  }
}
