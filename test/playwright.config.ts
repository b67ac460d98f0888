import { defineConfig } from '@playwright/test'
import type { FaceOptions } from './e2e/berth.ts'

/** These need no machine, and have a config of their own. */
const onFake = /e2e\/fake\//
/** Ends the machine, so that it has to come after everything else. */
const quitting = /quit\.electron\.spec\.ts$/

/**
 * One machine is booted for all specs. The same specs drive the window in a browser (headless entry) and in Electron:
 * a stand-in for it unless ELECTRON_BINARY names a true one. Each project takes the machine over from the other.
 */
export default defineConfig<object, FaceOptions>({
  testDir: 'e2e',
  outputDir: '../test-results/e2e',
  globalSetup: './e2e/one-machine.ts',
  workers: 1,
  fullyParallel: false,
  forbidOnly: !!process.env['CI'],
  // The machine may be emulated, on cores that others use too.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  use: { actionTimeout: 60_000, testIdAttribute: 'data-test' },
  projects: [
    {
      name: 'browser',
      use: { faceName: 'browser' },
      testIgnore: [onFake, /\.electron\.spec\.ts$/],
    },
    {
      name: 'electron',
      use: { faceName: 'electron' },
      testIgnore: [onFake, /\.browser\.spec\.ts$/, quitting],
      // What a face cannot change is seen through one of them, unless every row is asked for.
      grepInvert: process.env['BERTH_TEST_FULL'] === '1' ? /@download/ : /@one-face|@download/,
    },
    { name: 'quit', use: { faceName: 'electron' }, testMatch: quitting },
  ],
})
