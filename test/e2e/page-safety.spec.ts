import { expect, test } from './berth.ts'

test('the page has nothing of Node, and runs its own scripts only', async ({ window }) => {
  const { page, troubles } = window
  await expect(window.healthLine).toBeVisible()
  expect(troubles, 'before anything is provoked').toEqual([])

  const found = await page.evaluate(async () => {
    const answers: Record<string, unknown> = {
      process: typeof Reflect.get(globalThis, 'process'),
      require: typeof Reflect.get(globalThis, 'require'),
      module: typeof Reflect.get(globalThis, 'module'),
    }
    const expected = ['connect-src', 'frame-src', 'img-src', 'script-src-elem']
    const broken = new Set<string>()
    const allBroken = new Promise<void>((resolve) => {
      // A browser tells of each breach when it gets to it; what it never tells shows below.
      setTimeout(resolve, 10_000)
      document.addEventListener('securitypolicyviolation', (event) => {
        broken.add(event.effectiveDirective)
        if (expected.every((directive) => broken.has(directive))) resolve()
      })
    })
    const script = document.createElement('script')
    script.textContent = 'window.breached = true'
    document.body.append(script)
    answers['inline'] = Reflect.get(globalThis, 'breached') ?? 'refused'
    answers['fetch'] = await fetch('http://127.0.0.1:9/').then(
      () => 'sent',
      () => 'refused',
    )
    const image = new Image()
    await new Promise<void>((resolve) => {
      image.onerror = () => resolve()
      image.src = 'http://127.0.0.1:9/pixel.png'
    })
    const frame = document.createElement('iframe')
    frame.src = 'http://127.0.0.1:9/'
    document.body.append(frame)
    await allBroken
    frame.remove()
    script.remove()
    answers['broken'] = [...broken].sort()
    return answers
  })
  expect(found).toEqual({
    process: 'undefined',
    require: 'undefined',
    module: 'undefined',
    inline: 'refused',
    fetch: 'refused',
    broken: ['connect-src', 'frame-src', 'img-src', 'script-src-elem'],
  })
  troubles.length = 0
})

test('text cannot become code', async ({ window }) => {
  const { page, troubles } = window
  await expect(window.healthLine).toBeVisible()
  // Through a timer of the page's own: the test's own evaluation is exempt from the page's rules.
  const outcome = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) =>
          resolve(`refused by ${event.effectiveDirective}`),
        )
        Reflect.apply(setTimeout, window, ['window.breached = true', 0])
        setTimeout(() => resolve('ran'), 2000)
      }),
  )
  expect(outcome).toBe('refused by script-src')
  troubles.length = 0
})
