import { dockerHub } from '#api'

/** Registries that many have heard of, by the names of their companies: to fill in a form with, and no advice. */
export const knownRegistries = [
  { key: 'hub', registry: dockerHub },
  { key: 'github', registry: 'ghcr.io' },
  { key: 'quay', registry: 'quay.io' },
  { key: 'aliyun', registry: 'registry.cn-hangzhou.aliyuncs.com' },
  { key: 'tencent', registry: 'ccr.ccs.tencentyun.com' },
  { key: 'huawei', registry: 'swr.cn-north-4.myhuaweicloud.com' },
] as const
