import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig, type Plugin } from 'vite';
import { compressed, pageBuild } from '../vitePage.mts';

// Vite takes its configuration from a default export.
export default defineConfig(
  mergeConfig(pageBuild(import.meta.url, '/graphql/explorer/', 'dist/explorer'), {
    resolve: {
      alias: [
        { find: /^monaco-editor\/esm\/vs\/editor\/edcore\.main\.js$/, replacement: here('./editor.ts') },
      ],
    },
    plugins: [fontsAsFiles(), compressed()],
    worker: { format: 'es' },
    // Monaco is one large piece by nature; it is loaded after the page shows, and then cached for good.
    build: { chunkSizeWarningLimit: 4000 },
  }),
);

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
