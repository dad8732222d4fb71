/** What the server allows style elements by, fresh with each page: see serveDashboard.ts. */
export function readStyleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name=style-nonce]')?.nonce ?? '';
}

/** react-remove-scroll, inside Mantine's modals, takes its nonce from where webpack would have put it. */
export function lendStyleNonce(): void {
  Object.assign(globalThis, { __webpack_nonce__: readStyleNonce() });
}
