let at = 0;
let text = '';

/** The time now, ISO 8601; its text is made once a millisecond, whatever the number of requests. */
export function isoNow(): string {
  const now = Date.now();
  if (now !== at) {
    at = now;
    text = new Date(now).toISOString();
  }
  return text;
}
