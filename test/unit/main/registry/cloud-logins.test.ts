// Written by hand after the documents that each row names, not recorded: none of these registries was ever asked by this.

import { expect, test } from 'vitest'
import { createAgents } from '../../../../main/registry/agents.ts'
import { parseChallenges } from '../../../../main/registry/challenge.ts'
import { Tokens } from '../../../../main/registry/tokens.ts'

test.each([
  // Token Authentication Specification, https://distribution.github.io/distribution/spec/auth/token/
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:samalba/my-app:pull,push"',
    { realm: 'https://auth.docker.io/token', scope: 'repository:samalba/my-app:pull,push' },
  ],
  // Azure Container Registry integration with Azure Active Directory, https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md
  [
    'Bearer realm="https://contosoregistry.azurecr.io/oauth2/token",service="contosoregistry.azurecr.io",scope="registry:catalog:*"',
    { realm: 'https://contosoregistry.azurecr.io/oauth2/token', scope: 'registry:catalog:*' },
  ],
])('a cloud’s question for a token is read: %s', (challenge, told) => {
  expect(parseChallenges(challenge)).toMatchObject([{ scheme: 'bearer', ...told }])
})

test.each([
  // Amazon ECR User Guide, “Private registry authentication”
  ['123456789012.dkr.ecr.us-east-1.amazonaws.com', 'AWS', 'eyJwYXlsb2FkIjoi'.repeat(150)],
  // Google Cloud, Artifact Registry, “Configure authentication to Artifact Registry for Docker”
  ['europe-docker.pkg.dev', '_json_key_base64', 'eyJ0eXBlIjogInNlcnZpY2VfYWNjb3VudCJ9'.repeat(60)],
  ['europe-docker.pkg.dev', 'oauth2accesstoken', 'ya29.c.b0Aaekm1K'],
  // Alibaba Cloud, Container Registry, “Configure access credentials”
  ['registry.cn-hangzhou.aliyuncs.com', 'mia@example.onaliyun.com', 'p:w d'],
  // Huawei Cloud, SoftWare Repository for Container, “Obtaining a long-term login command”
  ['swr.cn-north-4.myhuaweicloud.com', 'cn-north-4@AK0123456789', 'f'.repeat(64)],
])('a login of %s as %s is shown whole', async (registry, username, password) => {
  using agents = createAgents()
  const tokens = new Tokens({ agents, credentialsFor: () => ({ username, password }) })
  const of = { base: `https://${registry}/v2`, scope: 'repository:team/app:pull' }
  const options = {
    deadlines: { connectMs: 1000, firstByteMs: 1000, stallMs: 1000 },
    signal: new AbortController().signal,
  }
  const shown = await tokens.meet(of, 'Basic realm="registry"', options)
  const [, text = ''] = (shown ?? '').split(' ')
  expect(Buffer.from(text, 'base64').toString()).toBe(`${username}:${password}`)
})
