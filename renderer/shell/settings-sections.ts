/** The parts of the settings page, in its order; `words` are what else one would search them by. */
export const settingsSections = [
  {
    key: 'look',
    icon: 'i-lucide-palette',
    words: 'appearance language theme density dark 语言 主题',
  },
  { key: 'machine', icon: 'i-lucide-cpu', words: 'cpu memory disk vm 内存 磁盘' },
  { key: 'engine', icon: 'i-lucide-braces', words: 'docker daemon.json dockerd mirror 引擎 镜像' },
  {
    key: 'network',
    icon: 'i-lucide-network',
    words: 'proxy pac vpn certificate ca tls no_proxy 代理 证书',
  },
  { key: 'ports', icon: 'i-lucide-plug', words: 'publish lan network loopback 端口 局域网' },
  {
    key: 'folders',
    icon: 'i-lucide-folder-symlink',
    words: 'share mount bind volume path 共享 文件夹 挂载',
  },
  { key: 'connect', icon: 'i-lucide-cable', words: 'docker_host socket cli context ide' },
  { key: 'shortcuts', icon: 'i-lucide-keyboard', words: 'keyboard keys hotkeys 键盘' },
  { key: 'about', icon: 'i-lucide-info', words: 'version engine home 版本' },
] as const

export type SettingsSection = (typeof settingsSections)[number]['key']
