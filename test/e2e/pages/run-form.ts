import type { Locator, Page } from '@playwright/test'

export interface RunOptions {
  image: string
  name?: string
  command?: string
  hostPort?: number
  containerPort?: number
}

/** The form that runs a container of an image. */
export class RunForm {
  readonly #page: Page
  readonly form: Locator
  /** The `docker run` that does the same. */
  readonly equivalent: Locator
  /** What came of a command that was pasted. */
  readonly pasted: Locator

  constructor(page: Page) {
    this.#page = page
    this.form = page.getByTestId('run-form')
    this.equivalent = page.getByTestId('run-equivalent')
    this.pasted = page.getByTestId('run-pasted')
  }

  async open(): Promise<void> {
    await this.#page.getByTestId('run').first().click()
  }

  /** Fills the form and sends it; does not wait for what comes of it. */
  async run(options: RunOptions): Promise<void> {
    await this.open()
    await this.fill(options)
    await this.send()
  }

  async fill({ image, name, command, hostPort, containerPort }: RunOptions): Promise<void> {
    await this.#page.getByTestId('run-image').fill(image)
    if (name !== undefined) await this.fillName(name)
    if (command !== undefined) await this.#page.getByTestId('run-command').fill(command)
    if (hostPort !== undefined) {
      await this.#page.getByTestId('run-add-ports').click()
      await this.fillHostPort(hostPort)
      await this.#page.getByTestId('run-container-port-0').fill(String(containerPort))
    }
  }

  async fillName(name: string): Promise<void> {
    await this.#page.getByTestId('run-name').fill(name)
  }

  async fillHostPort(port: number): Promise<void> {
    await this.#page.getByTestId('run-host-port-0').fill(String(port))
  }

  async addEnv(name: string, value: string): Promise<void> {
    await this.#page.getByTestId('run-add-env').click()
    const row = this.field('env')
    await row.getByRole('textbox', { name: 'Name' }).last().fill(name)
    await row.getByRole('textbox', { name: 'Value' }).last().fill(value)
  }

  /** Looks for an option among the folded ones and sets it. */
  async setOption(wanted: string, name: string, value: string): Promise<void> {
    await this.#page.getByTestId('run-more-search').fill(wanted)
    await this.#page.getByTestId(`run-option-${name}`).getByRole('textbox').fill(value)
  }

  /** Has the form filled by a `docker run` line. */
  async paste(line: string): Promise<void> {
    await this.#page.getByTestId('run-paste-open').click()
    await this.#page.getByTestId('run-paste').fill(line)
    await this.#page.getByTestId('run-paste-take').click()
  }

  /** The place of a field and of what is said about it. */
  field(name: string): Locator {
    return this.form.locator(`[data-field^="${name}"]`)
  }

  async send(): Promise<void> {
    await this.#page.getByTestId('run-submit').click()
  }
}
