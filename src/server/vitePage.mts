import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Plugin, UserConfig } from 'vite';

/**
 * What our pages (the API explorer, the dashboard) have in common in their builds: static files with hashed names,
 * compressed once here instead of at each request.
 *
 * @param folder the URL of the page's own folder, its `import.meta.url`
 * @param base the path under which the server serves it, with slashes around
 * @param outDir the folder of the build, from the top of the repository
 */
export function pageBuild(folder: string, base: string, outDir: string): UserConfig {
  return {
    root: fileURLToPath(new URL('.', folder)),
    base,
    publicDir: false,
    build: {
      outDir: fileURLToPath(new URL(`../../${outDir}`, import.meta.url)),
      emptyOutDir: true,
      target: 'es2022',
      // An inlined file would be a data: URL, which the Content-Security-Policy need not allow then.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: {
        // React's "use client" means nothing in a browser bundle, and dozens of libraries carry it.
        onLog: (level, log, report) => log.code === 'MODULE_LEVEL_DIRECTIVE' || report(level, log),
      },
    },
  };
}

/** Writes NAME.gz and NAME.br beside what compresses. */
export function compressed(): Plugin {
  return {
    name: 'compressed',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (!/\.(js|css|svg)$/.test(file.fileName)) continue;
          const text = Buffer.from(file.type === 'chunk' ? file.code : file.source);
          this.emitFile({
            type: 'asset',
            fileName: `${file.fileName}.gz`,
            source: gzipSync(text, { level: 9 }),
          });
          this.emitFile({ type: 'asset', fileName: `${file.fileName}.br`, source: brotliCompressSync(text) });
        }
      },
    },
  };
}
