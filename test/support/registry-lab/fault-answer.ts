import { STATUS_CODES, type ServerResponse } from 'node:http'
import { laggedPath, type MetFault } from './registry-fault.ts'
import { readPath, type SeenRequest } from './request-log.ts'

const json = { 'content-type': 'application/json; charset=utf-8' }
const html = { 'content-type': 'text/html; charset=utf-8' }

/** Answers in the registry's place, where the fault leaves nothing for the registry to say; else returns false. */
export function answerInstead(
  response: ServerResponse,
  fault: MetFault | undefined,
  request: SeenRequest,
): boolean {
  switch (fault?.kind) {
    case 'rate-limit': {
      const { retryAfter } = fault
      const headers = retryAfter === undefined ? json : { ...json, 'retry-after': retryAfter }
      response.writeHead(429, headers).end(toErrors('TOOMANYREQUESTS'))
      return true
    }
    case 'server-error':
      response
        .writeHead(fault.status, html)
        .end(`<h1>${fault.status} ${STATUS_CODES[fault.status] ?? ''}</h1>\n`)
      return true
    case 'garbage':
      response.writeHead(200, html).end('<!doctype html><title>Welcome</title>Accept our terms.\n')
      return true
    case 'lag': {
      if (laggedPath(fault, request.path) !== undefined) return false
      const isBlob = readPath(request.path).kind === 'blob'
      response.writeHead(404, json).end(toErrors(isBlob ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN'))
      return true
    }
    case undefined:
    case 'swallow':
    case 'slow-first-byte':
    case 'stall':
    case 'cut':
    case 'lie':
    case 'wrong-length':
    case 'redirect':
    case 'ignore-range':
      return false
  }
}

/** OCI distribution-spec, "Error Codes". */
const toErrors = (code: string) => `${JSON.stringify({ errors: [{ code, message: code }] })}\n`
