/** As much of it as a benchmark uses. */
declare module 'autocannon' {
  interface Options {
    url: string;
    method: 'POST';
    /** Each connection begins with the next one of them. */
    requests: { headers: Readonly<Record<string, string>>; body: string }[];
    connections: number;
    /** Of requests, in all. */
    amount: number;
    /** It ends at the first of these after the last answer. In milliseconds; 1,000 unless told. */
    sampleInt: number;
    verifyBody(body: string): boolean;
  }
  interface Result {
    /** Answers with 2xx. */
    '2xx': number;
    non2xx: number;
    errors: number;
    timeouts: number;
    mismatches: number;
    /** In seconds. */
    duration: number;
  }
  export default function autocannon(options: Options): Promise<Result>;
}
