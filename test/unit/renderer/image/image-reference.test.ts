import { describe, expect, it } from 'vitest'
import {
  isImageName,
  isLocalImage,
  toFullName,
} from '../../../../renderer/image/image-reference.ts'

const id = `sha256:${'ab12'.repeat(16)}`
const images = [
  {
    id,
    tags: ['nginx:latest', 'ghcr.io/me/app:1.0'],
    digests: ['nginx@sha256:00ff'],
    size: 1,
    createdAt: 0,
    labels: {},
  },
]

describe('an image reference', () => {
  it.each([
    ['nginx', 'nginx:latest'],
    ['docker.io/library/nginx:1', 'nginx:1'],
    ['index.docker.io/me/app', 'me/app:latest'],
    ['localhost:5000/a', 'localhost:5000/a:latest'],
    ['a@sha256:00', 'a@sha256:00'],
  ])('%s is meant as %s', (reference, name) => {
    expect(toFullName(reference)).toBe(name)
  })

  it.each([
    ['nginx', true],
    [' docker.io/library/nginx:latest ', true],
    ['nginx@sha256:00ff', true],
    ['ghcr.io/me/app:1.0', true],
    ['ab12ab', true],
    [id, true],
    ['nginx:1', false],
    ['me/app', false],
    ['cd34', false],
  ])('finds %s among the images: %s', (reference, isThere) => {
    expect(isLocalImage(reference, images)).toBe(isThere)
  })

  it.each([
    ['nginx:1.27-Alpine', true],
    ['Registry.example.com/team/app', true],
    ['Nginx', false],
    ['a b', false],
    ['', false],
  ])('%s is a name: %s', (text, is) => {
    expect(isImageName(text)).toBe(is)
  })
})
