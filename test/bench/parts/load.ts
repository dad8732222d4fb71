import autocannon from 'autocannon';
import { answer } from '../apart';

/** What one burst of requests came to. */
export interface Burst {
  requests: number;
  perSecond: number;
}

const CONNECTIONS = 16;

answer({
  /** Asks the same over and over, on connections that are kept open. Every answer must be data without an error. */
  async ask({ url, tokens, body, amount }: Asking): Promise<Burst> {
    const requests = tokens.map((token) => ({
      body,
      headers: {
        'content-type': 'application/json',
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
    }));
    const result = await autocannon({
      url,
      method: 'POST',
      requests,
      connections: CONNECTIONS,
      amount,
      sampleInt: 10,
      verifyBody: (answered) => answered.startsWith('{"data":{') && !answered.includes('"errors":'),
    });
    const failed = result.non2xx + result.errors + result.timeouts + result.mismatches;
    if (failed > 0) throw new Error(`${failed} requests failed`);
    return { requests: result['2xx'], perSecond: result['2xx'] / result.duration };
  },
});

interface Asking {
  url: string;
  /** Who asks; null is nobody. */
  tokens: (string | null)[];
  body: string;
  /** How often in all. */
  amount: number;
}
