/** A promise with its ends; one that nobody waits for may be rejected silently. */
export function deferred() {
  const it = { settled: false };
  it.promise = new Promise((resolve, reject) => {
    it.resolve = () => ((it.settled = true), resolve());
    it.reject = (error) => ((it.settled = true), reject(error));
  });
  it.promise.catch(() => {});
  return it;
}
