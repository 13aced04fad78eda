/** e^(−2πi k/n) as [re, im], by angles of the first octant alone, so that symmetric roots match to the bit. */
export function unitRoot(k: number, n: number): [number, number] {
  const turn = ((k % n) + n) % n;
  const angle = (part: number) => (2 * Math.PI * part) / n;
  if (8 * turn <= n) return [Math.cos(angle(turn)), -Math.sin(angle(turn))];
  if (8 * turn <= 3 * n) return [Math.sin(angle(n / 4 - turn)), -Math.cos(angle(n / 4 - turn))];
  if (8 * turn <= 5 * n) return [-Math.cos(angle(turn - n / 2)), Math.sin(angle(turn - n / 2))];
  if (8 * turn <= 7 * n) return [Math.sin(angle(turn - (3 * n) / 4)), Math.cos(angle(turn - (3 * n) / 4))];
  return [Math.cos(angle(turn - n)), -Math.sin(angle(turn - n))];
}
