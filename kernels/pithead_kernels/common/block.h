// The vocabulary of blocks: 16 bytes of each nonce, and the round of AES on them.
// On the GPU a block is four words and the round looks up tables; on the host it is two vectors of whole blocks
// and the round an instruction: such code is built with LANE_BYTES=8.
#pragma once

#if defined(__CUDACC_RTC__)

#include "bytes.h"

struct block {
    u32 w[4];
};
FN block join(lane64 lo, lane64 hi) { return {{low(lo), high(lo), low(hi), high(hi)}}; }
FN lane64 low(const block &x) { return join(x.w[0], x.w[1]); }
FN lane64 high(const block &x) { return join(x.w[2], x.w[3]); }
FN block splat_block(u32 a, u32 b, u32 c, u32 d) { return {{a, b, c, d}}; }
FN block operator^(const block &x, const block &y) {
    return {{x.w[0] ^ y.w[0], x.w[1] ^ y.w[1], x.w[2] ^ y.w[2], x.w[3] ^ y.w[3]}};
}
FN block sum(const block &x, const block &y, const block &z) { return x ^ y ^ z; }
// x with `steps` more in word 0.
FN block count(const block &x, u32 steps) { return {{x.w[0] + steps, x.w[1], x.w[2], x.w[3]}}; }
// Words 1, 2, 3 of x, then word 0 of y.
FN block slide(const block &x, const block &y) { return {{x.w[1], x.w[2], x.w[3], y.w[0]}}; }

// Doubles the four bytes of a word.
FN u32 twice(u32 x) { return (x << 1 & 0xfefefefeu) ^ (x >> 7 & 0x01010101u) * 0x1b; }
template <int POLYNOMIAL, int FACTOR> FN block times(const block &x) {
    static_assert(POLYNOMIAL == 0x11b && FACTOR == 2, "the only multiple that any function needs");
    return {{twice(x.w[0]), twice(x.w[1]), twice(x.w[2]), twice(x.w[3])}};
}

// SubBytes, ShiftRows, MixColumns, AddRoundKey: FIPS 197 section 5.1.
FN block aes(const block &x, const block &key) {
    block r = key;
    UNROLL for (int column = 0; column < 4; column++)
        UNROLL for (int row = 0; row < 4; row++)
            r.w[column] ^= spread<mix_columns>(x.w[(column + row) % 4], row);
    return r;
}

#else

#include "substitute.h"

static_assert(LANE_BYTES == 8, "code on blocks is built with LANE_BYTES=8");

// Nonce after nonce, 16 bytes each.
struct block {
    vector v[2];
};
FN block join(lane64 lo, lane64 hi) {
    lane64 place;
    for (int k = 0; k < LANES; k++) place[k] = k % 2 * LANES + k / 2;
    return {{(vector)__builtin_shuffle(lo, hi, place), (vector)__builtin_shuffle(lo, hi, place + LANES / 2)}};
}
template <int HALF> FN lane64 half(const block &x) {
    lane64 place;
    for (int k = 0; k < LANES; k++) place[k] = 2 * k + HALF;
    return __builtin_shuffle((lane64)x.v[0], (lane64)x.v[1], place);
}
FN lane64 low(const block &x) { return half<0>(x); }
FN lane64 high(const block &x) { return half<1>(x); }

typedef u32 quarters __attribute__((vector_size(VECTOR_BYTES)));

FN block splat_block(u32 a, u32 b, u32 c, u32 d) {
    quarters x;
    for (u32 k = 0; k < VECTOR_BYTES / 4; k++) x[k] = k % 4 == 0 ? a : k % 4 == 1 ? b : k % 4 == 2 ? c : d;
    return {{(vector)x, (vector)x}};
}
FN block count(const block &x, u32 steps) {
    quarters step = (quarters)splat_block(steps, 0, 0, 0).v[0];
    return {{(vector)((quarters)x.v[0] + step), (vector)((quarters)x.v[1] + step)}};
}
FN block operator^(const block &x, const block &y) { return {{x.v[0] ^ y.v[0], x.v[1] ^ y.v[1]}}; }
FN block sum(const block &x, const block &y, const block &z) {
    return {{sum(x.v[0], y.v[0], z.v[0]), sum(x.v[1], y.v[1], z.v[1])}};
}
template <int POLYNOMIAL, int FACTOR> FN block times(const block &x) {
    return {{times<POLYNOMIAL, FACTOR>(x.v[0]), times<POLYNOMIAL, FACTOR>(x.v[1])}};
}

#if defined(__SSSE3__)
FN block slide(const block &x, const block &y) {
    return {{(vector)NATIVE(alignr_epi8)((native)y.v[0], (native)x.v[0], 4),
             (vector)NATIVE(alignr_epi8)((native)y.v[1], (native)x.v[1], 4)}};
}
#else
FN block slide(const block &x, const block &y) {
    block r;
    const u8 *from = (const u8 *)&x, *after = (const u8 *)&y;
    for (u32 k = 0; k < sizeof r; k++) ((u8 *)&r)[k] = k % 16 < 12 ? from[k + 4] : after[k - 12];
    return r;
}
#endif

#if defined(__VAES__) && VECTOR_BYTES == 64
FN vector aes(vector x, vector key) { return (vector)_mm512_aesenc_epi128((native)x, (native)key); }
#elif defined(__VAES__) && VECTOR_BYTES == 32
FN vector aes(vector x, vector key) { return (vector)_mm256_aesenc_epi128((native)x, (native)key); }
#elif defined(__AES__)
FN vector aes(vector x, vector key) {
    return each_16(x, [](__m128i part) { return _mm_aesenc_si128(part, _mm_setzero_si128()); }) ^ key;
}
#else
FN vector aes(vector x, vector key) {
    const bytes16 shift = {{0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11}};
    const bytes16 below = {{1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12}};
    const bytes16 beyond = {{2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13}};
    vector y = shuffle16(substitute<aes_box>(x), splat16(shift));
    vector next = shuffle16(y, splat16(below)), pair = y ^ next;
    return times<0x11b, 2>(pair) ^ next ^ shuffle16(pair, splat16(beyond)) ^ key;
}
#endif
FN block aes(const block &x, const block &key) { return {{aes(x.v[0], key.v[0]), aes(x.v[1], key.v[1])}}; }

#endif
