// Writes data/prices.csv and data/orders.csv: eight years of monthly prices of three materials, each a line with a
// season and a random walk, and orders whose price follows what was published when they were placed. The numbers
// come from a small generator of our own, so that they are the same everywhere: node make-data.mjs
import { writeFileSync } from 'node:fs';

let state = 20240101;
/** Uniform between 0 and 1 (Park and Miller 1988). */
const uniform = () => {
  state = (state * 48271) % 2147483647;
  return state / 2147483647;
};
/** Normal, by the sum of twelve uniforms. */
const normal = () => Array.from({ length: 12 }, uniform).reduce((a, b) => a + b) - 6;

const materials = [
  { name: 'steel', start: 620, trend: 0.8, season: 25, walk: 6 },
  { name: 'copper', start: 6100, trend: 22, season: 0, walk: 90 },
  { name: 'resin', start: 1400, trend: -1.5, season: 60, walk: 14 },
];
const month = (t) => `${2017 + Math.floor(t / 12)}-${String((t % 12) + 1).padStart(2, '0')}`;

const prices = ['material,month,price'];
const orders = ['order,material,ordered,paid'];
let number = 1;
for (const { name, start, trend, season, walk } of materials) {
  let level = start;
  const published = [];
  for (let t = 0; t < 96; t++) {
    level += trend + walk * normal();
    const price = level + season * Math.sin((2 * Math.PI * t) / 12) + 0.2 * walk * normal();
    published.push(price);
    prices.push(`${name},${month(t)},${price.toFixed(2)}`);
    if (t >= 60 && t % 4 === 1) {
      const paid = 1.15 * published[t - 2] * (1 + 0.02 * normal());
      orders.push(`${number++},${name},${month(t)}-10,${paid.toFixed(2)}`);
    }
  }
}
writeFileSync(new URL('data/prices.csv', import.meta.url), `${prices.join('\n')}\n`);
writeFileSync(new URL('data/orders.csv', import.meta.url), `${orders.join('\n')}\n`);
