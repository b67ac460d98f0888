/** Part of a registry's list of repositories, in its own order. `next` asks for what follows. */
export interface RepositoryPage {
  /** Without the registry: `me/app`. */
  repositories: string[]
  next?: string
}

/** Tags of a repository, the newest first as far as names can tell. `next` asks for more of a list that is very long. */
export interface TagPage {
  tags: string[]
  next?: string
}

/** An image that a tag stands for, of one platform. */
export interface TagPlatform {
  /** `linux/arm64/v8`; empty for what does not say. */
  platform: string
  digest: string
  /** Of its layers as they are transferred; absent when it was not looked into. */
  bytes?: number
  layers?: number
  /** Ms since the epoch. */
  createdAt?: number
}

export interface TagDetails {
  /** The repository as a person writes it: `nginx`, `ghcr.io/me/app`. */
  name: string
  digest: string
  mediaType: string
  /** `index`: of several platforms. `other`: no image, such as a chart of Helm. */
  kind: 'image' | 'index' | 'other'
  platforms: TagPlatform[]
}

/** A repository of Docker Hub. */
export interface SearchResult {
  /** As it is pulled: `nginx`, `bitnami/nginx`. */
  name: string
  description: string
  stars: number
  official: boolean
}

/** Looking into registries. Each is asked itself, as who has logged in there. */
export interface RegistryBrowsingApi {
  /** @throws {AppError} `registry-no-catalog`, `registry-catalog-denied`, and why a registry did not answer */
  repositories(registry: string, options?: { after?: string }): Promise<RepositoryPage>
  /**
   * `repository` with its registry: `ghcr.io/me/app`; of Docker Hub when there is none.
   * @throws {AppError} `repository-name-invalid`, `repository-absent`, `repository-denied`
   */
  tags(repository: string, options?: { after?: string }): Promise<TagPage>
  /** What a tag or a digest means now: `ghcr.io/me/app:1.2`. @throws {AppError} as `tags`, `registry-absent` */
  tag(reference: string): Promise<TagDetails>
  /** Searches Docker Hub. @throws {AppError} `search-term-invalid` */
  search(term: string): Promise<SearchResult[]>
}
