import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

// Vite takes its configuration from a default export; nothing else in this repository has one.
export default defineConfig({
  root: here('.'),
  base: '/graphql/explorer/',
  publicDir: false,
  resolve: {
    alias: [{ find: /^monaco-editor\/esm\/vs\/editor\/edcore\.main\.js$/, replacement: here('./editor.ts') }],
  },
  plugins: [fontsAsFiles()],
  worker: { format: 'es' },
  build: {
    outDir: here('../../../dist/explorer'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Monaco is one large piece by nature; it is loaded after the page shows, and then cached for good.
    chunkSizeWarningLimit: 4000,
    reportCompressedSize: false,
    rolldownOptions: {
      // React's "use client" means nothing in a browser bundle, and dozens of libraries carry it.
      onLog: (level, log, report) => log.code === 'MODULE_LEVEL_DIRECTIVE' || report(level, log),
    },
  },
});

/**
 * GraphiQL ships its fonts as data URIs inside its style sheet. As files, a browser fetches only the
 * scripts it shows, and the Content-Security-Policy need not allow `data:` fonts.
 */
function fontsAsFiles(): Plugin {
  return {
    name: 'fonts-as-files',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue;
        file.source = file.source
          .toString()
          .replace(/url\("?data:font\/(\w+);base64,([^)"]+)"?\)/g, (_all, kind: string, data: string) => {
            const source = Buffer.from(data, 'base64');
            const reference = this.emitFile({ type: 'asset', name: `font.${kind}`, source });
            return `url(/graphql/explorer/${this.getFileName(reference)})`;
          });
      }
    },
  };
}

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
