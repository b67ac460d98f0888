import { execFile } from 'node:child_process'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { promisify } from 'node:util'
import { readManifest } from '../../vm/image/manifest.ts'
import { findQemu } from '../../vm/qemu/find.ts'

const run = promisify(execFile)

/** Under what the numbers were taken. Only ratios within one run can be compared with those of another. */
export interface Circumstances {
  at: string
  host: string
  /** Averages over 1, 5 and 15 minutes. */
  load: string
  node: string
  qemu: string
  openssh: string
  guest: string
  /** The recipe's hash of the guest image, and the sha256 of its root. */
  image: string
  rootfs: string
  /** The commit's tree, with `+` when the files differ from it. */
  tree: string
}

export async function observeCircumstances(imageFolder: string): Promise<Circumstances> {
  const manifest = await readManifest(imageFolder)
  const { docker, containerd } = manifest.engine
  const qemu = await findQemu(manifest.arch)
  return {
    at: new Date().toISOString(),
    host: `${process.platform} ${process.arch}, ${availableParallelism()} × ${cpus()[0]?.model ?? '?'}`,
    load: loadavg()
      .map((value) => value.toFixed(1))
      .join(' '),
    node: process.version,
    qemu: qemu.version,
    openssh: await say('ssh', ['-V']),
    guest: `${manifest.suite} kernel ${manifest.kernelVersion}, docker ${docker}, containerd ${containerd}`,
    image: `${manifest.recipe}-${manifest.arch}`,
    rootfs: manifest.files.rootfs.sha256,
    tree: await treeHash(),
  }
}

async function treeHash(): Promise<string> {
  const tree = await say('git', ['rev-parse', '--short=16', 'HEAD^{tree}'])
  const changed = await say('git', ['--no-optional-locks', 'status', '--porcelain'])
  return changed === '' ? tree : `${tree}+`
}

/** What a command says, on whichever of its outputs; a question mark when it cannot. */
async function say(command: string, words: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await run(command, words, { cwd: import.meta.dirname })
    return (stdout || stderr).trim()
  } catch {
    return '?'
  }
}
