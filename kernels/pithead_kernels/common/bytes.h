// The vocabulary of single bytes: substitution boxes and mixing steps on columns of 4 or 8 bytes of each nonce.
// On the GPU a column is packed in a word and a box with the mixing step after it is a table; on the host a column is a
// vector for each of its bytes, so that moving bytes about costs nothing: such code is built with LANE_BYTES=1.
#pragma once
#include "field.h"

#if defined(__CUDACC_RTC__)

typedef u32 bytes4;
typedef u64 bytes8;

// A function from columns to other columns.
#define STEP FN

FN bytes8 unpack(lane64 x) { return x; }
FN lane64 pack(bytes8 x) { return x; }
FN bytes8 splat_bytes(u64 x) { return x; }
FN bytes4 splat_bytes4(u32 x) { return x; }
FN bytes8 fetch_bytes(const u64 *at) { return *at; }

// x with `value` added to its byte i.
FN bytes8 add(bytes8 x, int i, u32 value) { return x ^ (u64)value << 8 * i; }

// Byte i of a, j of b, k of c, l of d.
FN bytes4 take(bytes4 a, int i, bytes4 b, int j, bytes4 c, int k, bytes4 d, int l) {
    return __byte_perm(__byte_perm(a, b, i | (4 + j) << 4), __byte_perm(c, d, k | (4 + l) << 4), 0x5410);
}

// SIZE columns that are turned often. Here turning renames registers, so that loops over turns are unrolled.
#define UNROLL_TURNS UNROLL
template <int SIZE> struct ring {
    bytes4 column[SIZE];
    bytes4 &operator[](int k) { return column[k]; }
    void turn(int right) {
        bytes4 old[SIZE];
        UNROLL for (int k = 0; k < SIZE; k++) old[k] = column[k];
        UNROLL for (int k = 0; k < SIZE; k++) column[(k + right) % SIZE] = old[k];
    }
};

template <class Mix, class Word> __device__ const mix_table<Mix, Word> WORDS;

// What byte i of a column adds to the column after Mix's box and matrix.
template <class Mix, class Word> FN Word spread(Word x, int i) {
    const Word word = WORDS<Mix, Word>.at[x >> 8 * i & 0xff];
    return i ? rotl(word, 8 * i) : word;  // rotl by 0 shifts by a whole word: undefined, and NVRTC makes use of that
}

// Fugue's Super-Mix of four columns: with U the columns after Mix's box, M its matrix, and D the diagonal matrix of the
// sums over each row of U without the diagonal, M U + D M^T; then row i turned left by i. Column k is given to put.
template <class Mix, class Put> FN void super_mix(const bytes4 u[4], Put put) {
    bytes4 down[4] = {}, across[4] = {};  // across[i]: M times a column with only the sum over row i, in row i
    UNROLL for (int column = 0; column < 4; column++)
        UNROLL for (int row = 0; row < 4; row++) {
            bytes4 x = spread<Mix>(u[column], row);
            down[column] ^= x;
            if (row != column) across[row] ^= x;
        }
    UNROLL for (int k = 0; k < 4; k++) {
        const int l = (k + 1) % 4, m = (k + 2) % 4, n = (k + 3) % 4;
        put(k, take(down[k], 0, down[l], 1, down[m], 2, down[n], 3) ^
                   take(across[0], k, across[1], l, across[2], m, across[3], n));
    }
}

// The box and the matrix of Mix on the column whose byte i is byte i of pick(i).
template <class Mix, class Pick> FN bytes8 mixed(Pick pick) {
    bytes8 sum = 0;
    UNROLL for (int i = 0; i < 8; i++) sum ^= spread<Mix>(pick(i), i);
    return sum;
}

#else

#include "substitute.h"

static_assert(LANE_BYTES == 1, "code on columns of bytes is built with LANE_BYTES=1");

// A function of its own: GCC has to keep the columns in memory and takes up only those it works on.
#define STEP __attribute__((noinline)) static

struct bytes4 {
    vector b[4];
};
struct bytes8 {
    vector b[8];
};
FN bytes4 operator^(const bytes4 &x, const bytes4 &y) {
    bytes4 r;
    UNROLL for (int i = 0; i < 4; i++) r.b[i] = x.b[i] ^ y.b[i];
    return r;
}
FN bytes8 operator^(const bytes8 &x, const bytes8 &y) {
    bytes8 r;
    UNROLL for (int i = 0; i < 8; i++) r.b[i] = x.b[i] ^ y.b[i];
    return r;
}
FN bytes4 sum(const bytes4 &x, const bytes4 &y, const bytes4 &z) {
    bytes4 r;
    UNROLL for (int i = 0; i < 4; i++) r.b[i] = sum(x.b[i], y.b[i], z.b[i]);
    return r;
}
FN bytes4 &operator^=(bytes4 &x, const bytes4 &y) { return x = x ^ y; }
FN bytes8 &operator^=(bytes8 &x, const bytes8 &y) { return x = x ^ y; }
FN bytes4 low(const bytes8 &x) { return {{x.b[0], x.b[1], x.b[2], x.b[3]}}; }
FN bytes4 high(const bytes8 &x) { return {{x.b[4], x.b[5], x.b[6], x.b[7]}}; }
FN bytes8 join(const bytes4 &lo, const bytes4 &hi) {
    return {{lo.b[0], lo.b[1], lo.b[2], lo.b[3], hi.b[0], hi.b[1], hi.b[2], hi.b[3]}};
}

// Interleaves the bytes of vectors that differ in one bit of their number: of a byte's number, written as vector and
// place in 16, that bit of the vector goes to the lowest of the place, and the highest of the place comes for it.
FN void interleave(vector v[8], int bit) {
    UNROLL for (int i = 0; i < 8; i++) {
        if (i & bit) continue;
        vector x = v[i], y = v[i | bit];
        v[i] = unpack_low(x, y);
        v[i | bit] = unpack_high(x, y);
    }
}
// The words' bytes, one vector for each place in the word. The nonces end in an order that only pack() knows.
FN bytes8 unpack(const lane64 &x) {
    vector v[8];
    memcpy(v, &x, sizeof x);
    interleave(v, 4);
    interleave(v, 2);
    interleave(v, 1);
    interleave(v, 4);
    return {{v[0], v[4], v[1], v[5], v[2], v[6], v[3], v[7]}};
}
FN lane64 pack(const bytes8 &x) {
    vector v[8];
    UNROLL for (int i = 0; i < 8; i++) v[i] = x.b[i];
    interleave(v, 4);
    interleave(v, 2);
    interleave(v, 1);
    lane64 r;
    memcpy(&r, v, sizeof r);
    return r;
}
FN bytes8 splat_bytes(u64 x) {
    bytes8 r;
    UNROLL for (int i = 0; i < 8; i++) r.b[i] = splat_byte((u8)(x >> 8 * i));
    return r;
}
FN bytes4 splat_bytes4(u32 x) { return low(splat_bytes(x)); }
// splat_bytes of a word in memory, from where a processor spreads bytes without work.
FN bytes8 fetch_bytes(const u64 *at) {
    bytes8 r;
    UNROLL for (int i = 0; i < 8; i++) r.b[i] = splat_byte(((const u8 *)at)[i]);
    return r;
}
FN bytes8 add(bytes8 x, int i, u32 value) {
    x.b[i] ^= splat_byte((u8)value);
    return x;
}
// Here turning counts from another place. A table wraps that round, because branches here are costly.
#define UNROLL_TURNS _Pragma("GCC unroll 1")
template <int SIZE> struct wrapped {
    u32 at[2 * SIZE];
    constexpr wrapped() : at{} {
        for (u32 k = 0; k < 2 * SIZE; k++) at[k] = k % SIZE;
    }
};
template <int SIZE> inline constexpr wrapped<SIZE> WRAPPED;
template <int SIZE> struct ring {
    bytes4 column[SIZE];
    u32 start = 0;
    bytes4 &operator[](u32 k) { return column[WRAPPED<SIZE>.at[start + k]]; }
    void turn(u32 right) { start = WRAPPED<SIZE>.at[start + SIZE - right]; }
};

// Row i of the first column of Mix's matrix.
template <class Mix> constexpr int coefficient(int i) {
    u32 a[4] = {1}, b[4] = {};
    Mix::mix(a, b);
    return (int)b[i];
}
// Column K of the result; each byte of the sums is needed there times the same coefficient.
template <class Mix, int K> FN bytes4 super_column(const vector s[4][4], const vector sums[4]) {
    bytes4 r;
    UNROLL for (int row = 0; row < 4; row++)
        r.b[row] = Mix::row(s[(K + row) % 4], row) ^ times<Mix::box::POLYNOMIAL, coefficient<Mix>(K)>(sums[row]);
    return r;
}
// Column after column is computed to its end and put away, so that nothing else than `s` and `sums` takes up registers.
template <class Mix, class Put> FN void super_mix(const bytes4 u[4], Put put) {
    vector s[4][4], sums[4];
    UNROLL for (int row = 0; row < 4; row++) {
        UNROLL for (int column = 0; column < 4; column++)
            s[column][row] = substitute<typename Mix::box>(u[column].b[row]);
        sums[row] = sum(s[(row + 1) % 4][row], s[(row + 2) % 4][row], s[(row + 3) % 4][row]);
    }
    put(0, super_column<Mix, 0>(s, sums));
    put(1, super_column<Mix, 1>(s, sums));
    put(2, super_column<Mix, 2>(s, sums));
    put(3, super_column<Mix, 3>(s, sums));
}

template <class Mix, class Pick> FN bytes8 mixed(Pick pick) {
    vector a[8];
    UNROLL for (int i = 0; i < 8; i++) a[i] = substitute<typename Mix::box>(pick(i).b[i]);
    bytes8 r;
    Mix::mix(a, r.b);
    return r;
}

#endif
