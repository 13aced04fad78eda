/**
 * A number to so many decimals, a half away from zero, of the 15 digits that a person sees: 1.005 becomes 1.01 although
 * its double lies below. So spreadsheets round, and so equal cells give equal cents (ROUND of ODF 1.2 part 2, 6.17.5).
 */
export function roundHalfUp(value: number, decimals: number): number {
  if (!Number.isFinite(value)) return value;
  const scaled = Math.abs(value) * 10 ** decimals;
  const below = Math.floor(scaled);
  // Far from a half the 15 digits decide nothing; text is a hundred times slower.
  if (scaled < 1e9 && Math.abs(scaled - below - 0.5) > 1e-5) {
    const near = (scaled - below > 0.5 ? below + 1 : below) / 10 ** decimals;
    return value < 0 && near !== 0 ? -near : near;
  }
  return byDigits(value, decimals);
}

function byDigits(value: number, decimals: number): number {
  const shown = Math.abs(value).toPrecision(15);
  const [digits, exponent = '0'] = shown.split('e');
  const point = digits!.indexOf('.');
  const whole = digits!.replace('.', '');
  // The value is 0.WHOLE × 10^scale; what stays are scale + decimals digits of it.
  const scale = (point < 0 ? digits!.length : point) + Number(exponent);
  const kept = scale + decimals;
  if (kept >= whole.length) return value;
  if (kept < 0) return 0;
  const up = Number(whole[kept]) >= 5 ? 1n : 0n;
  const rounded = BigInt(whole.slice(0, kept) || '0') + up;
  const result = Number(`${rounded}e${-decimals}`);
  return value < 0 && result !== 0 ? -result : result;
}
