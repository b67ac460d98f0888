import { describe, expect, it } from 'vitest'
import { isSecretName, maskSecrets } from '../../../../renderer/commands/secrets.ts'

describe('secrets in commands', () => {
  it.each([
    'PASSWORD',
    'DB_PASSWORD',
    'MYSQL_ROOT_PASSWORD',
    'apiKey',
    'API_KEY',
    'GITHUB_TOKEN',
    'AUTH',
    'secret.key',
    'PGPASSWORD',
  ])('are told by the name %s', (name) => expect(isSecretName(name)).toBe(true))

  it.each(['KEYBOARD', 'PATH', 'AUTHOR', 'TOKENIZER', 'MONKEY', 'PASSAGE'])(
    'are not seen in %s',
    (name) => expect(isSecretName(name)).toBe(false),
  )

  it.each([
    ['docker run -e DB_PASSWORD=x db', 'docker run -e DB_PASSWORD=*** db'],
    ['docker run --env=TOKEN=a=b db', 'docker run --env=TOKEN=*** db'],
    ['docker run --env LANG=C db', 'docker run --env LANG=C db'],
    ['docker run db --password=x', 'docker run db --password=***'],
    ['docker run db --password x', 'docker run db --password ***'],
    ['docker run -e DB=pg://me:pw@db/x a', 'docker run -e DB=pg://me:***@db/x a'],
  ])('%s', (before, after) => {
    const { argv, masked } = maskSecrets(before.split(' '))
    expect(argv.join(' ')).toBe(after)
    expect(masked).toBe(before !== after)
  })
})
