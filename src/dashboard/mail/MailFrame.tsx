import { useMemo } from 'react';
import { readStyleNonce } from '../shell/styleNonce';
import classes from './MailFrame.module.css';

/**
 * The HTML of an email, as it may come from a stranger, in a frame that can do nothing: no script, no origin, no form, no way to move the page; only a
 * link may open a window of its own. The policy inside forbids every load but pictures of the mail itself. What came
 * in the server has sanitised as well: each wall holds without the other.
 *
 * Nobody can measure a page that is so alone, so its height is guessed from its text, and a hand can change it.
 */
export function MailFrame({ html, text, title }: { html: string; text: string; title: string }) {
  const page = useMemo(() => pageOf(html), [html]);
  return (
    <div className={classes['frame']} style={{ height: guessHeight(text) }}>
      <iframe
        title={title}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        referrerPolicy="no-referrer"
        srcDoc={page}
      />
    </div>
  );
}

function pageOf(html: string): string {
  const nonce = readStyleNonce();
  // A style sheet of the email's own counts, as it does in Gmail: it can load nothing, either.
  const policy = `default-src 'none'; img-src data:; style-src 'nonce-${nonce}'; style-src-attr 'unsafe-inline'`;
  return `<!doctype html><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<style nonce="${nonce}">${STYLE}</style>
<body dir="auto">${html.replaceAll(/<style\b/gi, `<style nonce="${nonce}"`)}`;
}

// Mail is written for white paper: its own colours are lost on a dark ground.
const STYLE = `
  :root { color-scheme: light; }
  body { margin: 16px; font: 15px/1.5 system-ui, sans-serif; color: #1c2436; background: #fff; overflow-wrap: anywhere; }
  img, table { max-width: 100%; }
  img { height: auto; }
  pre { white-space: pre-wrap; }
  blockquote { margin: 12px 0; padding-left: 12px; border-left: 3px solid #d7dce7; }
`;

/** Pixels: so many lines of 80 letters each, some air, and a bound on both sides. */
function guessHeight(text: string): number {
  const lines = text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 80)), 0);
  return Math.min(Math.max(lines * 24 + 80, 160), 640);
}
