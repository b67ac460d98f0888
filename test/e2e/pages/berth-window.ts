import type { Locator, Page } from '@playwright/test'
import { CommandsPage } from './commands-page.ts'
import { ContainerPage } from './container-page.ts'
import { ContainersPage } from './containers-page.ts'
import { ImagesPage } from './images-page.ts'
import { Palette } from './palette.ts'
import { RunForm } from './run-form.ts'
import { SettingsPage } from './settings-page.ts'

/** The window as its user sees it, in whatever face it is shown. */
export class BerthWindow {
  readonly page: Page
  /** Scripts that failed and rules of the page that were broken; a test that provokes some takes them out. */
  readonly troubles: string[] = []
  readonly containers: ContainersPage
  readonly container: ContainerPage
  readonly runForm: RunForm
  readonly images: ImagesPage
  readonly commands: CommandsPage
  readonly palette: Palette
  readonly settings: SettingsPage
  readonly healthLine: Locator
  /** The one question that is asked before something goes. */
  readonly confirm: Locator
  /** The failures that are shown at the moment. */
  readonly failures: Locator

  constructor(page: Page) {
    this.page = page
    this.containers = new ContainersPage(page)
    this.container = new ContainerPage(page)
    this.runForm = new RunForm(page)
    this.images = new ImagesPage(page)
    this.commands = new CommandsPage(page)
    this.palette = new Palette(page)
    this.settings = new SettingsPage(page)
    this.healthLine = page.getByTestId('health-line')
    this.confirm = page.getByTestId('confirm')
    this.failures = page.getByTestId('failure')
    page.on('pageerror', (error) => this.troubles.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error') this.troubles.push(message.text())
    })
  }

  /** Follows a link of the sidebar. */
  async show(page: 'Home' | 'Containers' | 'Images' | 'Settings'): Promise<void> {
    await this.page.getByTestId('sidebar').getByRole('link', { name: page }).click()
  }

  /** Goes to a page of the window by its address. */
  async visit(route: string): Promise<void> {
    await this.page.goto(new URL(`#${route}`, this.page.url()).href)
  }

  /** Gives the machine an order by the menu at the foot of the sidebar. */
  async orderMachine(order: 'Start machine' | 'Stop machine' | 'Restart machine'): Promise<void> {
    await this.page.getByTestId('machine-menu').click()
    await this.page.getByRole('menuitem', { name: order }).click()
  }
}
