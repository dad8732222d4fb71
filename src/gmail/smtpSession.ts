import SMTPConnection, { type SMTPError } from 'nodemailer/lib/smtp-connection';
import type { Logger } from 'pino';
import { asciiAddress, domainOf, isSafeAddress } from './address';
import type { Credentials, Endpoint } from './endpoints';
import { HeldMessage } from './heldMessage';
import { ProblemCode } from './problem';
import { type Refusal, refuse } from './refusals';
import { shareSecureContext } from './secureContext';
import { quoteServer } from './serverReply';
import { explainSmtpRefusal, type SmtpStage } from './smtpRefusals';
import { DEFAULT_TIMEOUTS, type Timeouts } from './timeouts';
import { explainGibberish, explainSilence, STOPPED } from './unreachable';

/** What became of one message. */
export type Transmission =
  | { outcome: 'Sent'; reply: string }
  /** It is certain that the server did not take it, and another try may help. */
  | { outcome: 'Deferred'; refusal: Refusal }
  /** Refused for good: this message (scope MESSAGE), or anything to this address (scope RECIPIENT). */
  | { outcome: 'Rejected'; refusal: Refusal }
  /** The account may no longer send until a person acts; the message was not taken. */
  | { outcome: 'AuthFailed'; refusal: Refusal }
  /** The final dot went out and its answer never came: only the Sent folder knows. */
  | { outcome: 'Unknown'; refusal: Refusal };

/** One login at Gmail's SMTP, over which messages go out one after the other. */
export interface SmtpSession {
  /** False once either side closed; open another session then, this one is never repaired. */
  readonly isOpen: boolean;
  /**
   * Transmits one message to one recipient. Never rejects. `mayFinish` is asked right before the final dot
   * goes out; when it says no, the socket is destroyed and the message is Deferred.
   */
  send(
    envelope: { from: string; to: string },
    raw: Buffer,
    options?: { mayFinish?: () => boolean },
  ): Promise<Transmission>;
  /** QUIT, waited for briefly, and then the socket is gone. */
  close(): Promise<void>;
}

export interface SmtpSessionOptions {
  /** Ends the session at any moment, in the middle of a message too. */
  signal?: AbortSignal | undefined;
  log: Logger;
  timeouts?: Partial<Timeouts> | undefined;
  /** Told once the server has greeted us, before the login. */
  onStage?: ((stage: 'CONNECTED') => void) | undefined;
}

export type SmtpOpening =
  | { outcome: 'Opened'; session: SmtpSession }
  | { outcome: 'Failed'; stage: 'CONNECT' | 'LOGIN'; refusal: Refusal };

/**
 * Connects and logs in: one explicit session, no pool, as Gmail counts logins. Never rejects; what goes
 * wrong is in the outcome.
 */
export async function openSmtpSession(
  endpoint: Endpoint,
  credentials: Credentials,
  options: SmtpSessionOptions,
): Promise<SmtpOpening> {
  const limits = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const talk = new SmtpTalk(endpoint, credentials, limits, options);

  const connected = await talk.ask(limits.connect + limits.greeting + limits.command, (done) =>
    talk.connection.connect(done),
  );
  if (!connected.answered) return talk.fail('CONNECT', connected.error);
  options.onStage?.('CONNECTED');

  const auth = { user: credentials.email, pass: credentials.appPassword };
  const loggedIn = await talk.ask(limits.login, (done) => talk.connection.login(auth, done));
  if (!loggedIn.answered) return talk.fail('LOGIN', loggedIn.error);
  return { outcome: 'Opened', session: new OpenSmtpSession(talk, limits) };
}

type Answer<T> = { answered: true; value: T | undefined } | { answered: false; error: Partial<SMTPError> };

/** An SMTPConnection whose every question is answered once: by the server, a loss, a timeout, or a stop. */
class SmtpTalk {
  readonly connection: SMTPConnection;
  private readonly log: Logger;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly credentials: Credentials,
    limits: Timeouts,
    { log, signal }: SmtpSessionOptions,
  ) {
    this.log = log;
    this.connection = new SMTPConnection({
      host: endpoint.host,
      port: endpoint.port,
      secure: endpoint.secure,
      ignoreTLS: true, // plaintext is loopback only
      // A host name without a dot makes nodemailer say [127.0.0.1], which Gmail answers with 421-4.7.0.
      name: domainOf(credentials.email),
      connectionTimeout: limits.connect + limits.greeting,
      dnsTimeout: limits.connect,
      greetingTimeout: limits.greeting,
      socketTimeout: limits.command,
      socketCloseTimeout: 0,
      maxResponseSize: 64 * 1024, // Gmail's longest reply has 500 bytes
      logger: false,
      ...(endpoint.secure && { tls: { secureContext: smtpSecureContext() } }),
    });
    // An 'error' nobody hears ends the process, and one may come at any time.
    this.connection.on('error', (error) => log.debug({ code: error.code }, 'smtp session lost'));
    const stop = () => this.connection.close();
    signal?.addEventListener('abort', stop, { once: true });
    this.connection.once('end', () => signal?.removeEventListener('abort', stop));
    this.wasStopped = () => signal?.aborted ?? false;
  }

  private readonly wasStopped: () => boolean;

  ask<T>(
    milliseconds: number,
    question: (done: (error?: SMTPError | null, value?: T) => void) => void,
  ): Promise<Answer<T>> {
    return new Promise((resolve) => {
      const settle = (answer: Answer<T>) => {
        clearTimeout(timer);
        this.connection.off('error', onError);
        this.connection.off('end', onEnd);
        resolve(answer);
      };
      const fail = (error: Partial<SMTPError>) =>
        settle({ answered: false, error: this.wasStopped() ? { code: STOPPED } : error });
      const onError = (error: SMTPError) => fail(error);
      // After a 421 the connection ends first and tells the reason right afterwards.
      const onEnd = () => setImmediate(fail, { code: 'ECONNECTION' });
      const timer = setTimeout(() => {
        fail({ code: 'ETIMEDOUT' });
        this.connection.close();
      }, milliseconds);
      this.connection.on('error', onError);
      this.connection.on('end', onEnd);
      if (this.wasStopped()) {
        fail({ code: STOPPED });
        this.connection.close();
      } else {
        question((error, value) => (error ? fail(error) : settle({ answered: true, value })));
      }
    });
  }

  fail(stage: 'CONNECT' | 'LOGIN', error: Partial<SMTPError>): SmtpOpening {
    this.connection.close();
    return { outcome: 'Failed', stage, refusal: this.explain(stage, error) };
  }

  explain(stage: SmtpStage, { code, originalCode, responseCode, response }: Partial<SMTPError>): Refusal {
    const now = new Date();
    const reply = response ? this.quote(response) : null;
    const refusal =
      reply && responseCode && responseCode >= 400
        ? explainSmtpRefusal({ code: responseCode, response: reply, stage }, now)
        : reply
          ? explainGibberish(this.endpoint, reply, now)
          : explainSilence(
              this.endpoint,
              [originalCode, code],
              stage === 'CONNECT' ? 'NOTHING' : 'GREETING',
              now,
            );
    this.log.debug({ stage, problem: refusal.problem }, 'smtp refused');
    return refusal;
  }

  quote(reply: string): string | null {
    return quoteServer(reply, this.credentials);
  }
}

class OpenSmtpSession implements SmtpSession {
  /** A refused envelope leaves a transaction behind, which the next MAIL FROM must not meet. */
  private needsReset = false;

  constructor(
    private readonly talk: SmtpTalk,
    private readonly limits: Timeouts,
  ) {}

  get isOpen(): boolean {
    return !this.talk.connection.destroyed;
  }

  async send(
    envelope: { from: string; to: string },
    raw: Buffer,
    { mayFinish = () => true }: { mayFinish?: () => boolean } = {},
  ): Promise<Transmission> {
    if (!isSafeAddress(envelope.to)) return rejectAddress(envelope.to);
    if (this.needsReset) {
      const reset = await this.talk.ask(this.limits.command, (done) => this.talk.connection.reset(done));
      if (!reset.answered) return this.defer('MAIL', reset.error);
      this.needsReset = false;
    }
    const message = new HeldMessage(raw, mayFinish);
    const addresses = { from: asciiAddress(envelope.from), to: asciiAddress(envelope.to) };
    const answer = await this.talk.ask<{ response: string }>(this.limits.message, (done) =>
      this.talk.connection.send(addresses, message, done),
    );
    return answer.answered
      ? this.concludeAccepted(message, answer.value?.response ?? '')
      : this.concludeRefused(message, answer.error);
  }

  async close(): Promise<void> {
    if (!this.isOpen) return;
    await this.talk.ask(this.limits.farewell, () => this.talk.connection.quit());
    this.talk.connection.close();
  }

  private concludeAccepted(message: HeldMessage, response: string): Transmission {
    // nodemailer takes anything that begins with a 2, at any time.
    if (message.dotReleased && /^2\d\d([ -]|$)/.test(response)) {
      return { outcome: 'Sent', reply: this.talk.quote(response) ?? '' };
    }
    return this.concludeRefused(message, { response });
  }

  private concludeRefused(message: HeldMessage, error: Partial<SMTPError>): Transmission {
    const stage = stageOf(error);
    const refused = error.command !== 'CONN' && (error.responseCode ?? 0) >= 400;
    if (message.dotReleased && !refused) {
      this.talk.connection.close();
      return { outcome: 'Unknown', refusal: this.talk.explain('MESSAGE', error) };
    }
    const isInStep = refused && message.bodyStarted === message.dotReleased;
    if (!isInStep) this.talk.connection.close();
    this.needsReset = !message.bodyStarted;
    if (message.withheld) return { outcome: 'Deferred', refusal: keptBack() };
    return this.conclude(this.talk.explain(stage, error));
  }

  private defer(stage: SmtpStage, error: Partial<SMTPError>): Transmission {
    this.talk.connection.close();
    return this.conclude(this.talk.explain(stage, error));
  }

  private conclude(refusal: Refusal): Transmission {
    if (refusal.needsPerson) {
      this.talk.connection.close();
      return { outcome: 'AuthFailed', refusal };
    }
    return { outcome: refusal.retryAfterMs === null ? 'Rejected' : 'Deferred', refusal };
  }
}

/** nodemailer names the command that was refused; the answers to DATA and to the dot differ by its code. */
function stageOf({ command, code }: Partial<SMTPError>): SmtpStage {
  if (command === 'RCPT TO') return 'RCPT';
  if (command === 'DATA') return code === 'EMESSAGE' ? 'MESSAGE' : 'DATA';
  return 'MAIL';
}

function rejectAddress(address: string): Transmission {
  const message = `${JSON.stringify(address)} is not an address that an email can be sent to.`;
  const refusal = refuse(ProblemCode.RECIPIENT_REJECTED, new Date(), { scope: 'RECIPIENT', message });
  return { outcome: 'Rejected', refusal };
}

function keptBack(): Refusal {
  const message = 'The email was kept back in its last moment, as this process may no longer send it.';
  return refuse(ProblemCode.TEMPORARY_FAILURE, new Date(), { scope: 'MESSAGE', message });
}

const smtpSecureContext = shareSecureContext();
