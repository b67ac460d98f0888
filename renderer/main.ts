import { addIcon } from '@iconify/vue'
import { createPinia } from 'pinia'
import { init as initIcons } from 'virtual:nuxt-ui-icons'
import { createApp } from 'vue'
import App from './App.vue'
import { createConnection } from './api/connection.ts'
import { createElectronFace } from './api/electron-link.ts'
import { provideConnection } from './api/index.ts'
import { createBrowserFace } from './api/websocket-link.ts'
import { markFrame, restoreAppearance } from './shell/appearance.ts'
import { router } from './router.ts'
import { createWords } from './text/words.ts'
import './styles/base.css'

// Nuxt UI's own plugin would also write style elements, which the content policy forbids: see styles/colors.css.
initIcons(addIcon)

const words = createWords()
markFrame(window.berth !== undefined)
await restoreAppearance(words)

const face = window.berth ? createElectronFace(window.berth) : createBrowserFace(document.baseURI)
const app = createApp(App, { words })
provideConnection(app, createConnection(face))
app.use(createPinia()).use(router).use(words)
app.mount('#app')
