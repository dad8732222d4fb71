/**
 * Gives up an answer that is late, as a failure of ours. The work goes on until its last query, since nobody can call
 * it back; what comes of it is dropped.
 */
export function answerWithin<T>(milliseconds: number, answer: T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`No answer within ${milliseconds} ms`));
    const timer = setTimeout(late, milliseconds);
    Promise.resolve(answer)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
