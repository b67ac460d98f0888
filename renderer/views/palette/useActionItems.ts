import { useClipboard } from '@vueuse/core'
import { computed } from 'vue'
import { useRouter } from 'vue-router'
import type { Settings } from '#api'
import { useFailures } from '../../composables/useFailures.ts'
import { useImageLoad } from '../../composables/useImageLoad.ts'
import { useMachineOrders } from '../../composables/useMachineOrders.ts'
import { toDockerHost } from '../../text/formats.ts'
import { useDialogsStore } from '../../stores/dialogs.ts'
import { useMachineStore } from '../../stores/machine.ts'
import { useSettingsStore } from '../../stores/settings.ts'
import { useWords } from '../../text/words.ts'
import type { PaletteItem } from './palette-item.ts'

interface Action {
  key: string
  icon: string
  label: string
  words: string
  keys?: readonly string[]
  run: () => unknown
}

/** What can be done without naming an object. */
export function useActionItems() {
  const objects = useObjectActions()
  const machine = useMachineActions()
  const compose = useComposeActions()
  const registries = useRegistryActions()
  const looks = useLookActions()
  return computed(() =>
    [objects, compose, registries, machine, looks]
      .flatMap(({ value }) => value)
      .map(({ key, ...action }): PaletteItem => ({
        id: `action ${key}`,
        kind: 'action',
        weight: 8,
        ...action,
      })),
  )
}

function useObjectActions() {
  const { t } = useWords()
  const dialogs = useDialogsStore()
  const machine = useMachineStore()
  const load = useImageLoad()
  return computed((): Action[] => [
    ...(machine.isServing
      ? [
          {
            key: 'run',
            icon: 'i-lucide-play',
            label: t('ui.palette.do.run'),
            words: 'docker run container create new paste',
            run: () => dialogs.show({ kind: 'run' }),
          },
          {
            key: 'pull',
            icon: 'i-lucide-download',
            label: t('ui.palette.do.pull'),
            words: 'docker pull image fetch',
            run: () => dialogs.show({ kind: 'pull' }),
          },
          {
            key: 'load',
            icon: 'i-lucide-file-up',
            label: t('ui.palette.do.load'),
            words: 'docker load image file tar import',
            run: load,
          },
          {
            key: 'prune',
            icon: 'i-lucide-brush-cleaning',
            label: t('ui.prune.title'),
            words: 'docker image prune clean up dangling unused free space',
            run: () => dialogs.show({ kind: 'prune' }),
          },
        ]
      : []),
    {
      key: 'shortcuts',
      icon: 'i-lucide-keyboard',
      label: t('ui.palette.do.shortcuts'),
      words: 'keyboard help keys',
      keys: ['?'],
      run: () => dialogs.show({ kind: 'shortcuts' }),
    },
  ])
}

function useComposeActions() {
  const { t } = useWords()
  const dialogs = useDialogsStore()
  const machine = useMachineStore()
  const toOpen = (): Action => ({
    key: 'compose open',
    icon: 'i-lucide-file-plus-2',
    label: t('ui.compose.open'),
    words: 'docker compose yaml file project up',
    run: () => dialogs.show({ kind: 'compose-open' }),
  })
  return computed(() => (machine.isServing ? [toOpen()] : []))
}

function useRegistryActions() {
  const { t } = useWords()
  const dialogs = useDialogsStore()
  const router = useRouter()
  return computed((): Action[] => [
    {
      key: 'log in',
      icon: 'i-lucide-log-in',
      label: t('ui.palette.do.logIn'),
      words: 'docker login registry password token account sign in',
      run: () => dialogs.show({ kind: 'log-in' }),
    },
    {
      key: 'search hub',
      icon: 'i-lucide-search',
      label: t('ui.palette.do.searchHub'),
      words: 'docker search hub registry find image browse tags repository',
      run: () => router.push('/registries'),
    },
  ])
}

function useMachineActions() {
  const { t } = useWords()
  const machine = useMachineStore()
  const orders = useMachineOrders()
  const { copy } = useClipboard({ legacy: true })
  return computed((): Action[] => {
    const state = machine.status?.state
    const host = machine.status ? toDockerHost(machine.status.dockerSocket) : ''
    const start = {
      key: 'machine start',
      icon: 'i-lucide-play',
      label: t('ui.machine.start'),
      words: 'vm power on boot',
      run: orders.start,
    }
    const restart = {
      key: 'machine restart',
      icon: 'i-lucide-rotate-cw',
      label: t('ui.machine.restart'),
      words: 'vm reboot',
      run: orders.restart,
    }
    const stop = {
      key: 'machine stop',
      icon: 'i-lucide-power',
      label: t('ui.machine.stop'),
      words: 'vm power off shut down',
      run: orders.stop,
    }
    return [
      ...(state === 'stopped' || state === 'failed' ? [start] : []),
      ...(machine.isServing ? [restart] : []),
      ...(machine.isServing || state === 'starting' ? [stop] : []),
      {
        key: 'docker host',
        icon: 'i-lucide-copy',
        label: t('ui.palette.do.dockerHost'),
        words: `DOCKER_HOST socket cli connect ${host}`,
        run: () => copy(`export DOCKER_HOST=${host}`),
      },
    ]
  })
}

interface Look {
  key: string
  icon: string
  words: string
  change: Partial<Settings>
}

const looks = [
  { key: 'themeLight', icon: 'i-lucide-sun', words: 'theme light', change: { theme: 'light' } },
  { key: 'themeDark', icon: 'i-lucide-moon', words: 'theme dark night', change: { theme: 'dark' } },
  { key: 'themeSystem', icon: 'i-lucide-monitor', words: 'theme', change: { theme: 'system' } },
  { key: 'compact', icon: 'i-lucide-rows-4', words: 'density', change: { density: 'compact' } },
  {
    key: 'comfortable',
    icon: 'i-lucide-rows-3',
    words: 'density',
    change: { density: 'comfortable' },
  },
  { key: 'english', icon: 'i-lucide-languages', words: 'language', change: { language: 'en' } },
  {
    key: 'chinese',
    icon: 'i-lucide-languages',
    words: 'language zhongwen',
    change: { language: 'zh-CN' },
  },
] as const satisfies readonly Look[]

function useLookActions() {
  const { t } = useWords()
  const settings = useSettingsStore()
  const { attempt } = useFailures()
  return computed(() =>
    looks.map(({ key, icon, words, change }): Action => ({
      key,
      icon,
      label: t(`ui.palette.do.${key}`),
      words,
      run: () => attempt(() => settings.save(change)),
    })),
  )
}
