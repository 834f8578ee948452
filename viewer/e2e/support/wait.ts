/** Waiting for what other programs do, always with an end. */

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Asks `probe` again and again until it answers something true, and returns that.
 * What it throws counts as "not yet". Fails after `timeout` ms, naming `what` and the last reason.
 */
export async function eventually<T>(
  what: string,
  probe: () => T | Promise<T>,
  timeout = 10_000,
  pause = 50,
): Promise<NonNullable<T>> {
  const end = performance.now() + timeout;
  let reason: unknown = "it never held";
  for (;;) {
    try {
      const answer = await probe();
      if (answer) return answer;
    } catch (error) {
      reason = error;
    }
    if (performance.now() > end) throw new Error(`${what}: not within ${timeout} ms: ${reason}`);
    await sleep(pause);
  }
}

/** Passes on what `promise` gives, or fails after `timeout` ms, naming `what`. */
export async function within<T>(what: string, promise: Promise<T>, timeout: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${timeout} ms`)), timeout);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
