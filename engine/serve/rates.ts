/** Callers that are remembered; beyond this those that were not seen for longest start anew. */
const REMEMBERED = 10_000;

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * A token bucket a caller: `rate` requests a second on average, `burst` at once.
 * `take` gives 0 where the request may pass, else the seconds until the next one may.
 */
export class Rates {
  readonly #buckets = new Map<string, Bucket>();

  /** `now` in milliseconds of a clock that never goes back. */
  take(caller: string, rate: number, burst: number, now: number): number {
    const bucket = this.#buckets.get(caller) ?? { tokens: burst, at: now };
    this.#buckets.delete(caller);
    this.#buckets.set(caller, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * rate);
    bucket.at = now;
    if (this.#buckets.size > REMEMBERED) this.#buckets.delete(this.#buckets.keys().next().value!);
    if (bucket.tokens < 1) return (1 - bucket.tokens) / rate;
    bucket.tokens--;
    return 0;
  }
}
