/**
 * Gives up an answer that is late, as a failure of ours. The work goes on until its last query, since nobody can call
 * it back; what comes of it is dropped.
 */
export async function answerWithin<T>(milliseconds: number, answer: T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
