import type { FastifyRequest } from 'fastify';

export const SESSION_COOKIE = 'cs_session';

/** `Authorization: Bearer TOKEN` in any letter case; null when it is something else. */
export function bearerToken(authorization: unknown): string | null {
  return (typeof authorization === 'string' && authorization.match(/^Bearer +(\S+) *$/i)?.[1]) || null;
}

/** The token of an HTTP request. The header wins: a program in a browser may mean somebody else than the cookie. */
export function tokenOfRequest(request: FastifyRequest): string | null {
  const { authorization } = request.headers;
  return authorization === undefined ? cookieOf(request) : bearerToken(authorization);
}

/** The token in the session cookie; null without one. */
export function cookieOf(request: FastifyRequest): string | null {
  return request.cookies[SESSION_COOKIE] || null;
}

/** Whether a page of this Origin is ours. localhost and 127.0.0.1 are one: people type either. */
export function isOurOrigin(origin: string | undefined, publicUrl: string): boolean {
  return origin !== undefined && URL.canParse(origin) && normalise(origin) === normalise(publicUrl);
}

function normalise(text: string): string {
  const url = new URL(text);
  if (['127.0.0.1', '[::1]'].includes(url.hostname)) url.hostname = 'localhost';
  return url.origin;
}
