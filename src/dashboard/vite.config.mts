import { defineConfig, mergeConfig } from 'vite';
import { compressed, pageBuild } from '../server/vitePage.mts';

// Vite takes its configuration from a default export.
export default defineConfig(
  mergeConfig(pageBuild(import.meta.url, '/app/', 'dist/dashboard'), {
    plugins: [compressed()],
    // The manifest says which files the first load takes, for the test that measures them.
    build: { manifest: true, chunkSizeWarningLimit: 600 },
  }),
);
