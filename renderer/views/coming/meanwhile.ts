import type { PageKey } from '../../shell/pages.ts'

export type ComingPage = Extract<PageKey, 'volumes' | 'networks' | 'builds'>

/** What does a page's work until it is there. */
export const meanwhile: Record<ComingPage, readonly string[]> = {
  volumes: [
    'docker volume ls',
    'docker run --rm -it -v my-volume:/data alpine sh',
    'docker system df -v',
  ],
  networks: [
    'docker network ls',
    'docker network inspect bridge',
    'docker network create my-network',
  ],
  builds: ['docker build -t my-app .', 'docker buildx history ls', 'docker builder prune'],
}
