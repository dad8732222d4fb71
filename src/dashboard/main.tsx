import '@fontsource-variable/inter';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './shell/shell.css';
import { MantineProvider } from '@mantine/core';
import { createRoot } from 'react-dom/client';
import { App } from './shell/App';
import { lendStyleNonce, readStyleNonce } from './shell/styleNonce';
import { cssVariablesResolver, theme } from './shell/theme';

lendStyleNonce();

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
      getStyleNonce={readStyleNonce}
    >
      <App />
    </MantineProvider>,
  );
}
