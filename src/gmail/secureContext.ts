import { createSecureContext, type SecureContext } from 'node:tls';

/**
 * A context that all sessions of one protocol share: each of its own costs 13 KiB, and lives until it is
 * collected (nodejs/node#66002).
 */
export function shareSecureContext(): () => SecureContext {
  let context: SecureContext | undefined;
  return () => {
    context ??= createSecureContext();
    return context;
  };
}
