import { defineConfig } from '@playwright/test'
import { chromiumLaunch } from './support/chromium.ts'

/** The window in Chromium on the real app, over a fake machine and engine: what a real engine cannot show at will. */
export default defineConfig({
  testDir: 'e2e/fake',
  outputDir: '../test-results/window',
  workers: 2,
  fullyParallel: true,
  forbidOnly: !!process.env['CI'],
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: { actionTimeout: 15_000, testIdAttribute: 'data-test', launchOptions: chromiumLaunch },
})
