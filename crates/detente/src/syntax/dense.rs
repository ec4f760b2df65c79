//! Products of the network's activations with its matrices, in whole numbers.
//!
//! Every row of activations is scaled so that its largest number is [`TOP`] and rounded to whole numbers; the
//! matrices hold whole numbers with a scale for each column. Products and sums of whole numbers are exact, in any
//! order and with any number of them side by side, so the wide and the narrow way of multiplying give the same bits;
//! that no sum leaves 32 bits is made sure of when the matrix is loaded. Two products and their sum are one step of
//! the processor (`pmaddwd`), on every x86-64.

use super::ModelError;
use super::file::Reader;

/// Width of the panels that matrices are cut into.
pub(super) const PANEL: usize = 16;
/// Rows of activations that are multiplied together.
pub(super) const ROWS: usize = 4;
/// The largest whole number that an activation becomes.
const TOP: f32 = 16383.0;
/// The largest sum of a column's numbers, signs aside, so that `COLUMN * 16383 < 2^31`.
const COLUMN: u32 = 131_000;

/// Sums of a panel for [`ROWS`] rows.
type Sums = [[i32; PANEL]; ROWS];
/// Two rows of a panel, interleaved: both numbers of the first column, both of the second, and so on.
type Pair = [i16; 2 * PANEL];

/// A way to multiply; all ways give the same sums.
pub(super) trait Kernel: Copy {
    /// Adds up `rows · panel`. Each row has two numbers for each element of `panel`.
    fn multiply(self, rows: [&[[i16; 2]]; ROWS], panel: &[Pair], sums: &mut Sums);

    /// The same for two panels of one length: the rows are fetched once for both.
    #[inline(always)]
    fn multiply_two(self, rows: [&[[i16; 2]]; ROWS], panels: [&[Pair]; 2], sums: &mut [Sums; 2]) {
        let [first, second] = sums;
        self.multiply(rows, panels[0], first);
        self.multiply(rows, panels[1], second);
    }
}

/// Any processor; on x86-64 only tests need it, to compare.
#[cfg(any(test, not(target_arch = "x86_64")))]
#[derive(Clone, Copy)]
pub(super) struct Plain;

#[cfg(any(test, not(target_arch = "x86_64")))]
impl Kernel for Plain {
    #[inline(always)]
    fn multiply(self, rows: [&[[i16; 2]]; ROWS], panel: &[Pair], sums: &mut Sums) {
        *sums = [[0; PANEL]; ROWS];
        for (sums, row) in sums.iter_mut().zip(rows) {
            for (x, weights) in row.iter().zip(panel) {
                for (s, w) in sums.iter_mut().zip(weights.as_chunks::<2>().0) {
                    *s += i32::from(x[0]) * i32::from(w[0]) + i32::from(x[1]) * i32::from(w[1]);
                }
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Narrow, Wide, Widest};

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod x86 {
    use std::arch::x86_64::{
        __m128i, __m256i, __m512i, _mm_add_epi32, _mm_loadu_si128, _mm_madd_epi16, _mm_set1_epi32,
        _mm_setzero_si128, _mm_storeu_si128, _mm256_add_epi32, _mm256_loadu_si256, _mm256_madd_epi16,
        _mm256_set1_epi32, _mm256_setzero_si256, _mm256_storeu_si256, _mm512_dpwssd_epi32,
        _mm512_loadu_si512, _mm512_set1_epi32, _mm512_setzero_si512, _mm512_storeu_si512,
    };

    use super::{Kernel, PANEL, Pair, ROWS, Sums};

    /// Both numbers as the halves of one.
    #[inline(always)]
    fn both(x: [i16; 2]) -> i32 {
        i32::from(x[1]) << 16 | i32::from(x[0] as u16)
    }

    /// Every x86-64 processor: SSE2, which belongs to it.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Narrow;

    impl Kernel for Narrow {
        #[inline(always)]
        fn multiply(self, rows: [&[[i16; 2]]; ROWS], panel: &[Pair], sums: &mut Sums) {
            // SAFETY: SSE2 belongs to x86-64. Each load and store stays inside an array: `part * 16 + 8 * v` is at
            // most 24, and 8 numbers of 16 bits from there end with the pair's 32; `part * 8 + 4 * v` is at most 12,
            // and 4 numbers of 32 bits from there end with the row's 16. `loadu` and `storeu` want no alignment.
            unsafe {
                for part in 0..2 {
                    let mut sum = [[_mm_setzero_si128(); 2]; ROWS];
                    for (i, weights) in panel.iter().enumerate() {
                        let load = |v: usize| {
                            _mm_loadu_si128(weights[part * 16 + 8 * v..][..8].as_ptr().cast::<__m128i>())
                        };
                        let w = [load(0), load(1)];
                        for (sum, row) in sum.iter_mut().zip(rows) {
                            let x = _mm_set1_epi32(both(row[i]));
                            for (s, w) in sum.iter_mut().zip(w) {
                                *s = _mm_add_epi32(*s, _mm_madd_epi16(x, w));
                            }
                        }
                    }
                    for (target, sum) in sums.iter_mut().zip(sum) {
                        for (v, s) in sum.into_iter().enumerate() {
                            _mm_storeu_si128(
                                target[part * 8 + 4 * v..][..4].as_mut_ptr().cast::<__m128i>(),
                                s,
                            );
                        }
                    }
                }
            }
        }
    }

    /// Processors with AVX2. Only [`Wide::new`] makes one.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Wide(());

    impl Wide {
        /// `None` where the processor has no AVX2.
        pub(in super::super) fn new() -> Option<Wide> {
            std::is_x86_feature_detected!("avx2").then_some(Wide(()))
        }
    }

    impl Kernel for Wide {
        #[inline(always)]
        fn multiply(self, rows: [&[[i16; 2]]; ROWS], panel: &[Pair], sums: &mut Sums) {
            // SAFETY: a `Wide` is there only where the processor has AVX2, which is all that the function asks for.
            unsafe { multiply(rows, panel, sums) }
        }
    }

    /// Processors with AVX-512 and its products of whole numbers (VNNI). Only [`Widest::new`] makes one.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Widest(());

    impl Widest {
        /// `None` where the processor has not all of it.
        pub(in super::super) fn new() -> Option<Widest> {
            (std::is_x86_feature_detected!("avx512f") && std::is_x86_feature_detected!("avx512vnni"))
                .then_some(Widest(()))
        }
    }

    impl Kernel for Widest {
        #[inline(always)]
        fn multiply(self, rows: [&[[i16; 2]]; ROWS], panel: &[Pair], sums: &mut Sums) {
            // SAFETY: a `Widest` is there only where the processor has what the function asks for.
            unsafe { multiply_by_16(rows, panel, sums) }
        }

        #[inline(always)]
        fn multiply_two(self, rows: [&[[i16; 2]]; ROWS], panels: [&[Pair]; 2], sums: &mut [Sums; 2]) {
            // SAFETY: a `Widest` is there only where the processor has what the function asks for.
            unsafe { multiply_by_32(rows, panels, sums) }
        }
    }

    #[target_feature(enable = "avx512f,avx512vnni")]
    #[inline]
    fn multiply_by_32(rows: [&[[i16; 2]]; ROWS], panels: [&[Pair]; 2], sums: &mut [Sums; 2]) {
        const { assert!(PANEL == 16 && ROWS == 4) };
        let n = panels[0].len();
        let (p0, p1) = (&panels[0][..n], &panels[1][..n]);
        let (r0, r1, r2, r3) = (&rows[0][..n], &rows[1][..n], &rows[2][..n], &rows[3][..n]);
        // Eight sums at once: a product takes four steps of the processor, and it begins one in each.
        let mut a = [_mm512_setzero_si512(); ROWS];
        let mut b = [_mm512_setzero_si512(); ROWS];
        for i in 0..n {
            // SAFETY: a pair has 32 numbers of 16 bits, the 64 bytes that are read; `loadu` wants no alignment.
            let (v, w): (__m512i, __m512i) = unsafe {
                (_mm512_loadu_si512(p0[i].as_ptr().cast()), _mm512_loadu_si512(p1[i].as_ptr().cast()))
            };
            let x = _mm512_set1_epi32(both(r0[i]));
            a[0] = _mm512_dpwssd_epi32(a[0], x, v);
            b[0] = _mm512_dpwssd_epi32(b[0], x, w);
            let x = _mm512_set1_epi32(both(r1[i]));
            a[1] = _mm512_dpwssd_epi32(a[1], x, v);
            b[1] = _mm512_dpwssd_epi32(b[1], x, w);
            let x = _mm512_set1_epi32(both(r2[i]));
            a[2] = _mm512_dpwssd_epi32(a[2], x, v);
            b[2] = _mm512_dpwssd_epi32(b[2], x, w);
            let x = _mm512_set1_epi32(both(r3[i]));
            a[3] = _mm512_dpwssd_epi32(a[3], x, v);
            b[3] = _mm512_dpwssd_epi32(b[3], x, w);
        }
        for j in 0..ROWS {
            // SAFETY: a row of sums has 16 numbers of 32 bits, the 64 bytes that are written.
            unsafe {
                _mm512_storeu_si512(sums[0][j].as_mut_ptr().cast(), a[j]);
                _mm512_storeu_si512(sums[1][j].as_mut_ptr().cast(), b[j]);
            }
        }
    }

    #[target_feature(enable = "avx512f,avx512vnni")]
    #[inline]
    fn multiply_by_16(rows: [&[[i16; 2]]; ROWS], panel: &[Pair], sums: &mut Sums) {
        const { assert!(PANEL == 16 && ROWS == 4) };
        let n = panel.len();
        let (r0, r1, r2, r3) = (&rows[0][..n], &rows[1][..n], &rows[2][..n], &rows[3][..n]);
        let mut sum = [_mm512_setzero_si512(); ROWS];
        for i in 0..n {
            // SAFETY: a pair has 32 numbers of 16 bits, the 64 bytes that are read; `loadu` wants no alignment.
            let w: __m512i = unsafe { _mm512_loadu_si512(panel[i].as_ptr().cast()) };
            sum[0] = _mm512_dpwssd_epi32(sum[0], _mm512_set1_epi32(both(r0[i])), w);
            sum[1] = _mm512_dpwssd_epi32(sum[1], _mm512_set1_epi32(both(r1[i])), w);
            sum[2] = _mm512_dpwssd_epi32(sum[2], _mm512_set1_epi32(both(r2[i])), w);
            sum[3] = _mm512_dpwssd_epi32(sum[3], _mm512_set1_epi32(both(r3[i])), w);
        }
        for j in 0..ROWS {
            // SAFETY: a row of sums has 16 numbers of 32 bits, the 64 bytes that are written.
            unsafe { _mm512_storeu_si512(sums[j].as_mut_ptr().cast(), sum[j]) };
        }
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    fn multiply(rows: [&[[i16; 2]]; ROWS], panel: &[Pair], sums: &mut Sums) {
        const { assert!(PANEL == 16 && ROWS == 4) };
        // No closures and no adapters in here: the compiler inlines them only into functions without AVX2.
        let n = panel.len();
        let (r0, r1, r2, r3) = (&rows[0][..n], &rows[1][..n], &rows[2][..n], &rows[3][..n]);
        let mut sum = [[_mm256_setzero_si256(); 2]; ROWS];
        for i in 0..n {
            let (left, right) = panel[i].split_at(PANEL);
            // SAFETY: both halves have 16 numbers of 16 bits, the 32 bytes that are read; `loadu` wants no alignment.
            let (a, b): (__m256i, __m256i) = unsafe {
                (_mm256_loadu_si256(left.as_ptr().cast()), _mm256_loadu_si256(right.as_ptr().cast()))
            };
            let x = _mm256_set1_epi32(both(r0[i]));
            sum[0][0] = _mm256_add_epi32(sum[0][0], _mm256_madd_epi16(x, a));
            sum[0][1] = _mm256_add_epi32(sum[0][1], _mm256_madd_epi16(x, b));
            let x = _mm256_set1_epi32(both(r1[i]));
            sum[1][0] = _mm256_add_epi32(sum[1][0], _mm256_madd_epi16(x, a));
            sum[1][1] = _mm256_add_epi32(sum[1][1], _mm256_madd_epi16(x, b));
            let x = _mm256_set1_epi32(both(r2[i]));
            sum[2][0] = _mm256_add_epi32(sum[2][0], _mm256_madd_epi16(x, a));
            sum[2][1] = _mm256_add_epi32(sum[2][1], _mm256_madd_epi16(x, b));
            let x = _mm256_set1_epi32(both(r3[i]));
            sum[3][0] = _mm256_add_epi32(sum[3][0], _mm256_madd_epi16(x, a));
            sum[3][1] = _mm256_add_epi32(sum[3][1], _mm256_madd_epi16(x, b));
        }
        for (target, sum) in sums.iter_mut().zip(sum) {
            let (left, right) = target.split_at_mut(PANEL / 2);
            // SAFETY: both halves have 8 numbers of 32 bits, the 32 bytes that are written.
            unsafe {
                _mm256_storeu_si256(left.as_mut_ptr().cast::<__m256i>(), sum[0]);
                _mm256_storeu_si256(right.as_mut_ptr().cast::<__m256i>(), sum[1]);
            }
        }
    }
}

/// A matrix with its bias, cut into panels of [`PANEL`] columns so that a product runs through memory in order.
pub(super) struct Dense {
    inputs: usize,
    /// Columns, filled up to whole panels.
    pub(super) outputs: usize,
    /// For each panel its rows, two by two.
    panels: Vec<Pair>,
    scale: Vec<f32>,
    bias: Vec<f32>,
}

/// Room for rows in whole numbers, kept from one product to the next.
#[derive(Default)]
pub(super) struct Whole {
    rows: Vec<[i16; 2]>,
    scale: Vec<f32>,
}

impl Dense {
    /// Reads whole numbers of 16 bits with one scale for each column, behind the scales and the biases.
    pub(super) fn load(reader: &mut Reader<'_>, inputs: usize, outputs: usize) -> Result<Dense, ModelError> {
        let mut scale = super::neural::floats(reader, outputs)?;
        let mut bias = super::neural::floats(reader, outputs)?;
        let raw = reader.bytes(inputs * outputs * 2)?;
        let number = |row: usize, column: usize| {
            let at = 2 * (row * outputs + column);
            i16::from_le_bytes([raw[at], raw[at + 1]])
        };
        let (wide, pairs) = (outputs.next_multiple_of(PANEL), inputs.div_ceil(2));
        let mut panels = vec![[0; 2 * PANEL]; wide / PANEL * pairs];
        for column in 0..outputs {
            let total: u64 = (0..inputs).map(|row| u64::from(number(row, column).unsigned_abs())).sum();
            // Columns that are too heavy get smaller numbers and a larger scale. Rounding adds at most half a number
            // for each input.
            let most = f64::from(COLUMN) - inputs as f64;
            let shrink = if total as f64 > most { most / total as f64 } else { 1.0 };
            scale[column] = (f64::from(scale[column]) / shrink) as f32;
            for row in 0..inputs {
                let value = (f64::from(number(row, column)) * shrink).round() as i16;
                panels[column / PANEL * pairs + row / 2][column % PANEL * 2 + row % 2] = value;
            }
        }
        scale.resize(wide, 0.0);
        bias.resize(wide, 0.0);
        Ok(Dense { inputs, outputs: wide, panels, scale, bias })
    }

    /// `out = input · self + bias`. `input` holds whole groups of [`ROWS`] rows.
    #[inline(always)]
    pub(super) fn apply<K: Kernel>(&self, kernel: K, input: &[f32], whole: &mut Whole, out: &mut Vec<f32>) {
        debug_assert_eq!(input.len() % (self.inputs * ROWS), 0);
        let (k, m, pairs) = (self.inputs, self.outputs, self.inputs.div_ceil(2));
        let count = input.len() / k;
        // Both are written over whole, so what they held before need not be wiped.
        whole.rows.resize(count * pairs, [0; 2]);
        whole.scale.clear();
        for (row, target) in input.chunks_exact(k).zip(whole.rows.chunks_exact_mut(pairs)) {
            whole.scale.push(to_whole(row, target));
        }
        let out = super::neural::room(out, count * m);
        let mut sums = [[[0; PANEL]; ROWS]; 2];
        for (p, two) in self.panels.chunks(2 * pairs).enumerate() {
            for (g, group) in whole.rows.chunks_exact(pairs * ROWS).enumerate() {
                let (half, rest) = group.split_at(2 * pairs);
                let ((a, b), (c, d)) = (half.split_at(pairs), rest.split_at(pairs));
                let rows = [a, b, c, d];
                let (first, second) = two.split_at(pairs);
                if second.is_empty() {
                    kernel.multiply(rows, first, &mut sums[0]);
                    self.put(2 * p, g, &sums[0], &whole.scale, out);
                } else {
                    kernel.multiply_two(rows, [first, second], &mut sums);
                    self.put(2 * p, g, &sums[0], &whole.scale, out);
                    self.put(2 * p + 1, g, &sums[1], &whole.scale, out);
                }
            }
        }
    }

    /// Puts the sums of a panel and a group of rows in their place, as what they are worth.
    #[inline(always)]
    fn put(&self, panel: usize, group: usize, sums: &Sums, worth: &[f32], out: &mut [f32]) {
        let scale: &[f32; PANEL] = &self.scale.as_chunks().0[panel];
        let bias: &[f32; PANEL] = &self.bias.as_chunks().0[panel];
        for (j, sums) in sums.iter().enumerate() {
            let row = group * ROWS + j;
            let own = worth[row];
            let mut values = [0.0f32; PANEL];
            for column in 0..PANEL {
                values[column] = sums[column] as f32 * (own * scale[column]) + bias[column];
            }
            out[row * self.outputs + panel * PANEL..][..PANEL].copy_from_slice(&values);
        }
    }
}

/// A row in whole numbers, and what one of them is worth.
#[inline(always)]
fn to_whole(row: &[f32], target: &mut [[i16; 2]]) -> f32 {
    let mut lanes = [0.0f32; 8];
    let (chunks, rest) = row.as_chunks::<8>();
    for chunk in chunks {
        for lane in 0..8 {
            let v = chunk[lane].abs();
            lanes[lane] = if v > lanes[lane] { v } else { lanes[lane] };
        }
    }
    for (lane, v) in rest.iter().enumerate() {
        let v = v.abs();
        lanes[lane] = if v > lanes[lane] { v } else { lanes[lane] };
    }
    let most = lanes.iter().fold(0.0f32, |a, &b| if b > a { b } else { a });
    // Numbers so small that their inverse is none are nothing.
    if most < 1e-30 {
        target.fill([0; 2]);
        return 0.0;
    }
    let scale = TOP / most;
    // Adding this number leaves the nearest whole number (the even one of two) in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let round = |v: f32| (v * scale + ROUND).to_bits() as i16;
    let target = target.as_flattened_mut();
    for (t, v) in target.iter_mut().zip(row) {
        *t = round(*v);
    }
    target[row.len()..].fill(0);
    most / TOP
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(inputs: usize, outputs: usize, value: impl Fn(usize, usize) -> i16) -> Dense {
        let mut bytes = Vec::new();
        bytes.extend((0..outputs).flat_map(|_| 0.5f32.to_le_bytes()));
        bytes.extend((0..outputs).flat_map(|i| (i as f32).to_le_bytes()));
        for row in 0..inputs {
            bytes.extend((0..outputs).flat_map(|column| value(row, column).to_le_bytes()));
        }
        Dense::load(&mut Reader::new(&bytes), inputs, outputs).expect("whole")
    }

    fn product(kernel: impl Kernel, dense: &Dense, input: &[f32]) -> Vec<f32> {
        let mut out = Vec::new();
        dense.apply(kernel, input, &mut Whole::default(), &mut out);
        out
    }

    #[test]
    fn a_matrix_multiplies_like_the_sum_it_stands_for() {
        let (inputs, outputs) = (5, 11);
        let value = |row: usize, column: usize| (row * outputs + column) as i16 - 20;
        let dense = matrix(inputs, outputs, value);
        let input: Vec<f32> = (0..ROWS * inputs).map(|i| i as f32 - 7.5).collect();
        let out = product(Plain, &dense, &input);
        for row in 0..ROWS {
            for column in 0..outputs {
                let want: f32 = (0..inputs)
                    .map(|i| input[row * inputs + i] * f32::from(value(i, column)) * 0.5)
                    .sum::<f32>()
                    + column as f32;
                let got = out[row * dense.outputs + column];
                assert!((got - want).abs() < 0.05, "{got} for {want}");
            }
        }
    }

    #[test]
    fn the_heaviest_column_and_the_largest_row_stay_within_32_bits() {
        let inputs = 384;
        let dense =
            matrix(inputs, 16, |row, column| if (row + column) % 3 == 0 { i16::MIN } else { i16::MAX });
        let input: Vec<f32> =
            (0..ROWS * inputs).map(|i| if i % inputs % 3 == 0 { -1e9 } else { 1e9 }).collect();
        for (got, column) in product(Plain, &dense, &input).iter().zip(0..) {
            let want: f64 = (0..inputs)
                .map(|row| {
                    let w = if (row + column) % 3 == 0 { f64::from(i16::MIN) } else { f64::from(i16::MAX) };
                    w * 0.5 * if row % 3 == 0 { -1e9 } else { 1e9 }
                })
                .sum();
            assert!((f64::from(*got) - want).abs() <= want.abs() * 1e-2 + 1e11, "{got} for {want}");
            if column == 15 {
                break;
            }
        }
    }

    #[test]
    fn all_ways_to_multiply_give_the_same_bits() {
        let mut seed = 5u32;
        let mut next = move || {
            seed = seed.wrapping_mul(1664525).wrapping_add(1013904223);
            (seed >> 16) as i16
        };
        for (inputs, outputs) in [(1, 1), (2, 16), (50, 128), (96, 49), (7, 33)] {
            let numbers: Vec<i16> = (0..inputs * outputs).map(|_| next()).collect();
            let dense = matrix(inputs, outputs, |row, column| numbers[row * outputs + column]);
            let input: Vec<f32> = (0..3 * ROWS * inputs).map(|_| f32::from(next()) / 1000.0).collect();
            let bits = |v: Vec<f32>| v.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            let plain = bits(product(Plain, &dense, &input));
            #[cfg(target_arch = "x86_64")]
            {
                assert_eq!(plain, bits(product(Narrow, &dense, &input)));
                if let Some(wide) = Wide::new() {
                    assert_eq!(plain, bits(product(wide, &dense, &input)));
                }
                if let Some(widest) = Widest::new() {
                    assert_eq!(plain, bits(product(widest, &dense, &input)));
                }
            }
            assert_eq!(plain.len(), 3 * ROWS * dense.outputs);
        }
    }

    #[test]
    fn a_row_of_nothing_and_a_row_of_dust_become_nothing() {
        let mut target = [[7; 2]; 2];
        assert_eq!(to_whole(&[0.0, 0.0, 0.0], &mut target), 0.0);
        assert_eq!(target, [[0; 2]; 2]);
        to_whole(&[f32::MIN_POSITIVE, 0.0, 0.0], &mut target);
        assert_eq!(target, [[0; 2]; 2]);
        let worth = to_whole(&[-4.0, 2.0, 1.0], &mut target);
        assert_eq!((target, worth), ([[-16383, 8192], [4096, 0]], 4.0 / TOP));
    }
}
