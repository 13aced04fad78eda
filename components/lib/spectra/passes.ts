/**
 * One pass of Stockham's self-sorting FFT, decimation in frequency (Van Loan 1992, section 1.7): `stride`
 * interleaved transforms of length `length` become radix·stride of length length/radix,
 *
 *   y[q + s(rp + j)] = e^(−2πi pj/length) Σ_k x[q + s(p + mk)] e^(−2πi jk/r),   m = length/r.
 */
export type Pass = (xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array) => void;

export function pass(radix: number, length: number, stride: number): Pass {
  const m = length / radix;
  // Twiddles e^(−2πi pj/length) for j = 1 … r−1 of each p, in the order of use.
  const wr = new Float64Array(m * (radix - 1));
  const wi = new Float64Array(m * (radix - 1));
  for (let p = 0, t = 0; p < m; p++) {
    for (let j = 1; j < radix; j++, t++) {
      [wr[t], wi[t]] = unitRoot(p * j, length);
    }
  }
  const kernel =
    radix === 2 ? radix2 : radix === 3 ? radix3 : radix === 4 ? radix4 : radix === 5 ? radix5 : null;
  if (kernel) return (xr, xi, yr, yi) => kernel(xr, xi, yr, yi, wr, wi, m, stride);
  return oddRadix(radix, wr, wi, m, stride);
}

/** e^(−2πi k/n) as [cos, −sin], with the angle brought into the first octant so that symmetric roots match exactly. */
export function unitRoot(k: number, n: number): [number, number] {
  const turn = ((k % n) + n) % n;
  const eighth = 8 * turn;
  const angle = (x: number) => (2 * Math.PI * x) / n;
  if (eighth <= n) return [Math.cos(angle(turn)), -Math.sin(angle(turn))];
  if (eighth <= 3 * n) return [Math.sin(angle(n / 4 - turn)), -Math.cos(angle(n / 4 - turn))];
  if (eighth <= 5 * n) return [-Math.cos(angle(turn - n / 2)), Math.sin(angle(turn - n / 2))];
  if (eighth <= 7 * n) return [Math.sin(angle(turn - (3 * n) / 4)), Math.cos(angle(turn - (3 * n) / 4))];
  return [Math.cos(angle(turn - n)), -Math.sin(angle(turn - n))];
}

type Kernel = (
  xr: Float64Array,
  xi: Float64Array,
  yr: Float64Array,
  yi: Float64Array,
  wr: Float64Array,
  wi: Float64Array,
  m: number,
  s: number,
) => void;

const radix2: Kernel = (xr, xi, yr, yi, wr, wi, m, s) => {
  for (let p = 0; p < m; p++) {
    const w1r = wr[p];
    const w1i = wi[p];
    const x0 = s * p;
    const x1 = x0 + s * m;
    const y0 = 2 * s * p;
    const y1 = y0 + s;
    for (let q = 0; q < s; q++) {
      const ar = xr[x0 + q];
      const ai = xi[x0 + q];
      const br = xr[x1 + q];
      const bi = xi[x1 + q];
      yr[y0 + q] = ar + br;
      yi[y0 + q] = ai + bi;
      const dr = ar - br;
      const di = ai - bi;
      yr[y1 + q] = dr * w1r - di * w1i;
      yi[y1 + q] = dr * w1i + di * w1r;
    }
  }
};

const radix3: Kernel = (xr, xi, yr, yi, wr, wi, m, s) => {
  const sin60 = Math.sqrt(3) / 2;
  for (let p = 0, t = 0; p < m; p++, t += 2) {
    const w1r = wr[t];
    const w1i = wi[t];
    const w2r = wr[t + 1];
    const w2i = wi[t + 1];
    const x0 = s * p;
    const y0 = 3 * s * p;
    for (let q = 0; q < s; q++) {
      const a = x0 + q;
      const b = a + s * m;
      const c = b + s * m;
      const o = y0 + q;
      const sr = xr[b] + xr[c];
      const si = xi[b] + xi[c];
      const dr = sin60 * (xr[b] - xr[c]);
      const di = sin60 * (xi[b] - xi[c]);
      const mr = xr[a] - 0.5 * sr;
      const mi = xi[a] - 0.5 * si;
      yr[o] = xr[a] + sr;
      yi[o] = xi[a] + si;
      const ur = mr + di;
      const ui = mi - dr;
      yr[o + s] = ur * w1r - ui * w1i;
      yi[o + s] = ur * w1i + ui * w1r;
      const vr = mr - di;
      const vi = mi + dr;
      yr[o + 2 * s] = vr * w2r - vi * w2i;
      yi[o + 2 * s] = vr * w2i + vi * w2r;
    }
  }
};

const radix4: Kernel = (xr, xi, yr, yi, wr, wi, m, s) => {
  for (let p = 0, t = 0; p < m; p++, t += 3) {
    const w1r = wr[t];
    const w1i = wi[t];
    const w2r = wr[t + 1];
    const w2i = wi[t + 1];
    const w3r = wr[t + 2];
    const w3i = wi[t + 2];
    const x0 = s * p;
    const y0 = 4 * s * p;
    for (let q = 0; q < s; q++) {
      const a = x0 + q;
      const b = a + s * m;
      const c = b + s * m;
      const d = c + s * m;
      const o = y0 + q;
      const acr = xr[a] + xr[c];
      const aci = xi[a] + xi[c];
      const bdr = xr[b] + xr[d];
      const bdi = xi[b] + xi[d];
      const pr = xr[a] - xr[c];
      const pi = xi[a] - xi[c];
      const qr = xr[b] - xr[d];
      const qi = xi[b] - xi[d];
      yr[o] = acr + bdr;
      yi[o] = aci + bdi;
      const ur = pr + qi;
      const ui = pi - qr;
      yr[o + s] = ur * w1r - ui * w1i;
      yi[o + s] = ur * w1i + ui * w1r;
      const vr = acr - bdr;
      const vi = aci - bdi;
      yr[o + 2 * s] = vr * w2r - vi * w2i;
      yi[o + 2 * s] = vr * w2i + vi * w2r;
      const zr = pr - qi;
      const zi = pi + qr;
      yr[o + 3 * s] = zr * w3r - zi * w3i;
      yi[o + 3 * s] = zr * w3i + zi * w3r;
    }
  }
};

const radix5: Kernel = (xr, xi, yr, yi, wr, wi, m, s) => {
  const c1 = Math.cos((2 * Math.PI) / 5);
  const c2 = Math.cos((4 * Math.PI) / 5);
  const s1 = Math.sin((2 * Math.PI) / 5);
  const s2 = Math.sin((4 * Math.PI) / 5);
  for (let p = 0, t = 0; p < m; p++, t += 4) {
    const x0 = s * p;
    const y0 = 5 * s * p;
    for (let q = 0; q < s; q++) {
      const a = x0 + q;
      const b = a + s * m;
      const c = b + s * m;
      const d = c + s * m;
      const e = d + s * m;
      const o = y0 + q;
      const t1r = xr[b] + xr[e];
      const t1i = xi[b] + xi[e];
      const t2r = xr[c] + xr[d];
      const t2i = xi[c] + xi[d];
      const u1r = xr[b] - xr[e];
      const u1i = xi[b] - xi[e];
      const u2r = xr[c] - xr[d];
      const u2i = xi[c] - xi[d];
      yr[o] = xr[a] + t1r + t2r;
      yi[o] = xi[a] + t1i + t2i;
      const m1r = xr[a] + c1 * t1r + c2 * t2r;
      const m1i = xi[a] + c1 * t1i + c2 * t2i;
      const m2r = xr[a] + c2 * t1r + c1 * t2r;
      const m2i = xi[a] + c2 * t1i + c1 * t2i;
      const n1r = s1 * u1r + s2 * u2r;
      const n1i = s1 * u1i + s2 * u2i;
      const n2r = s2 * u1r - s1 * u2r;
      const n2i = s2 * u1i - s1 * u2i;
      store(yr, yi, o + s, m1r + n1i, m1i - n1r, wr[t], wi[t]);
      store(yr, yi, o + 2 * s, m2r + n2i, m2i - n2r, wr[t + 1], wi[t + 1]);
      store(yr, yi, o + 3 * s, m2r - n2i, m2i + n2r, wr[t + 2], wi[t + 2]);
      store(yr, yi, o + 4 * s, m1r - n1i, m1i + n1r, wr[t + 3], wi[t + 3]);
    }
  }
};

function store(yr: Float64Array, yi: Float64Array, at: number, r: number, i: number, wr: number, wi: number) {
  yr[at] = r * wr - i * wi;
  yi[at] = r * wi + i * wr;
}

/** Any odd radix r in O(r²) a butterfly: inputs k and r−k are added and subtracted once, halving the products. */
function oddRadix(r: number, wr: Float64Array, wi: Float64Array, m: number, s: number): Pass {
  const half = (r - 1) / 2;
  const cos = new Float64Array(half * half);
  const sin = new Float64Array(half * half);
  for (let j = 1, t = 0; j <= half; j++) {
    for (let k = 1; k <= half; k++, t++) {
      const [c, minusSin] = unitRoot(j * k, r);
      cos[t] = c;
      sin[t] = -minusSin;
    }
  }
  const tr = new Float64Array(half);
  const ti = new Float64Array(half);
  const ur = new Float64Array(half);
  const ui = new Float64Array(half);
  return (xr, xi, yr, yi) => {
    for (let p = 0; p < m; p++) {
      const w0 = p * (r - 1) - 1;
      for (let q = 0; q < s; q++) {
        const x0 = q + s * p;
        const y0 = q + s * r * p;
        const ar = xr[x0];
        const ai = xi[x0];
        let sumR = ar;
        let sumI = ai;
        for (let k = 0; k < half; k++) {
          const a = x0 + s * m * (k + 1);
          const b = x0 + s * m * (r - 1 - k);
          tr[k] = xr[a] + xr[b];
          ti[k] = xi[a] + xi[b];
          ur[k] = xr[a] - xr[b];
          ui[k] = xi[a] - xi[b];
          sumR += tr[k];
          sumI += ti[k];
        }
        yr[y0] = sumR;
        yi[y0] = sumI;
        for (let j = 0; j < half; j++) {
          let mr = ar;
          let mi = ai;
          let nr = 0;
          let ni = 0;
          for (let k = 0, t = j * half; k < half; k++, t++) {
            mr += cos[t] * tr[k];
            mi += cos[t] * ti[k];
            nr += sin[t] * ur[k];
            ni += sin[t] * ui[k];
          }
          const low = j + 1;
          const high = r - 1 - j;
          store(yr, yi, y0 + s * low, mr + ni, mi - nr, wr[w0 + low], wi[w0 + low]);
          store(yr, yi, y0 + s * high, mr - ni, mi + nr, wr[w0 + high], wi[w0 + high]);
        }
      }
    }
  };
}
