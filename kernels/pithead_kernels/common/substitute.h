// Host only: substitution boxes and multiplication by a constant on a vector of bytes, by what the processor has.
#pragma once
#include "field.h"

#if defined(__SSSE3__)
#include <immintrin.h>
#endif

typedef u8 vector __attribute__((vector_size(VECTOR_BYTES)));

#if VECTOR_BYTES == 64
typedef __m512i native;
#define NATIVE(name) _mm512_##name
#elif VECTOR_BYTES == 32
typedef __m256i native;
#define NATIVE(name) _mm256_##name
#elif defined(__SSSE3__)
typedef __m128i native;
#define NATIVE(name) _mm_##name
#endif

#if defined(__AVX512F__)
FN vector sum(vector x, vector y, vector z) {
    return (vector)_mm512_ternarylogic_epi32((native)x, (native)y, (native)z, 0x96);
}
#else
FN vector sum(vector x, vector y, vector z) { return x ^ y ^ z; }
#endif

FN vector splat_byte(u8 x) { return x - (vector){}; }

// A vector of the same 16 bytes over and over.
struct bytes16 {
    u8 at[16];
};
FN vector splat16(const bytes16 &x) {
    vector r;
    UNROLL for (int k = 0; k < VECTOR_BYTES; k += 16) memcpy((u8 *)&r + k, x.at, 16);
    return r;
}

#if defined(__SSSE3__)
FN vector unpack_low(vector x, vector y) { return (vector)NATIVE(unpacklo_epi8)((native)x, (native)y); }
FN vector unpack_high(vector x, vector y) { return (vector)NATIVE(unpackhi_epi8)((native)x, (native)y); }
// Byte k of every 16 is the one at place[k] of the same 16, or 0 where place[k] has its highest bit set.
FN vector shuffle16(vector x, vector place) { return (vector)NATIVE(shuffle_epi8)((native)x, (native)place); }
#else
FN vector unpack_low(vector x, vector y) {
    return (vector){x[0], y[0], x[1], y[1], x[2], y[2], x[3], y[3], x[4], y[4], x[5], y[5], x[6], y[6], x[7], y[7]};
}
FN vector unpack_high(vector x, vector y) {
    return (vector){x[8],  y[8],  x[9],  y[9],  x[10], y[10], x[11], y[11],
                    x[12], y[12], x[13], y[13], x[14], y[14], x[15], y[15]};
}
FN vector shuffle16(vector x, vector place) {
    vector r;
    for (int k = 0; k < 16; k++) r[k] = place[k] & 0x80 ? 0 : x[place[k] & 15];
    return r;
}
#endif

// Multiplication by a constant, for the field of any polynomial.
#if defined(__GFNI__)
// The matrix of `gf2p8affineqb` for a linear map: byte 7 - i gives bit i of the result.
template <int POLYNOMIAL, int FACTOR, bool AES> constexpr u64 matrix() {
    u64 rows = 0;
    for (int bit = 0; bit < 8; bit++) {
        u32 image = product<POLYNOMIAL>(AES ? aes_box::linear(1u << bit) : 1u << bit, FACTOR);
        for (int i = 0; i < 8; i++) rows |= (u64)(image >> i & 1) << (8 * (7 - i) + bit);
    }
    return rows;
}
typedef u64 vector64 __attribute__((vector_size(VECTOR_BYTES)));
template <u64 ROWS> FN native rows() { return (native)(ROWS - (vector64){}); }

template <int POLYNOMIAL, int FACTOR> FN vector times(vector x) {
    if (FACTOR == 1) return x;
    return (vector)NATIVE(gf2p8affine_epi64_epi8)((native)x, rows<matrix<POLYNOMIAL, FACTOR, false>()>(), 0);
}
#else
template <int POLYNOMIAL, int FACTOR> FN vector times(vector x) {
    if (FACTOR == 1) return x;
    vector half = times<POLYNOMIAL, (FACTOR > 1 ? FACTOR / 2 : 1)>(x);
    vector twice = (half + half) ^ ((vector)(half > 0x7f) & (u8)POLYNOMIAL);
    return FACTOR % 2 ? twice ^ x : twice;
}
#endif

// A box on every byte, by a table of 256.
template <class Box> alignas(64) inline constexpr box_table<Box> BOX;

#if defined(__AVX512VBMI__)
template <class Box> FN vector look_up(vector x) {
    const native *quarter = (const native *)BOX<Box>.at;
    native lower = _mm512_permutex2var_epi8(quarter[0], (native)x, quarter[1]);
    native upper = _mm512_permutex2var_epi8(quarter[2], (native)x, quarter[3]);
    return (vector)_mm512_mask_mov_epi8(lower, _mm512_movepi8_mask((native)x), upper);
}
#elif defined(__SSSE3__)
// Each sixteenth of the table answers where the byte's upper half is its number; the others see an index above 127.
// That is long: it is no inline function, or the build would take minutes.
template <class Box> __attribute__((noinline)) static vector look_up(vector x) {
    vector r = {};
    UNROLL for (int k = 0; k < 16; k++) {
        bytes16 part;
        memcpy(part.at, BOX<Box>.at + 16 * k, 16);
        native index = NATIVE(adds_epu8)((native)(x ^ splat_byte((u8)(16 * k))), (native)splat_byte(0x70));
        r |= shuffle16(splat16(part), (vector)index);
    }
    return r;
}
#else
template <class Box> __attribute__((noinline)) static vector look_up(vector x) {
    vector r;
    for (int k = 0; k < VECTOR_BYTES; k++) r[k] = BOX<Box>.at[x[k]];
    return r;
}
#endif

#if defined(__AES__)
// An instruction on 16 bytes, on each 16 of a vector.
template <class F> FN vector each_16(vector x, F f) {
#if VECTOR_BYTES == 64
    const __m256i lower = _mm512_castsi512_si256((native)x), upper = _mm512_extracti64x4_epi64((native)x, 1);
    const __m256i a = _mm256_set_m128i(f(_mm256_extracti128_si256(lower, 1)), f(_mm256_castsi256_si128(lower)));
    const __m256i b = _mm256_set_m128i(f(_mm256_extracti128_si256(upper, 1)), f(_mm256_castsi256_si128(upper)));
    return (vector)_mm512_inserti64x4(_mm512_castsi256_si512(a), b, 1);
#elif VECTOR_BYTES == 32
    return (vector)_mm256_set_m128i(f(_mm256_extracti128_si256((native)x, 1)), f(_mm256_castsi256_si128((native)x)));
#else
    return (vector)f((native)x);
#endif
}
// The last round of AES moves the rows; this undoes it beforehand.
FN vector look_up_aes(vector x) {
    const bytes16 unshift = {{0, 13, 10, 7, 4, 1, 14, 11, 8, 5, 2, 15, 12, 9, 6, 3}};
    return each_16(shuffle16(x, splat16(unshift)),
                   [](__m128i part) { return _mm_aesenclast_si128(part, _mm_setzero_si128()); });
}
#endif

template <class Box> FN vector substitute(vector x) {
#if defined(__GFNI__)
    if constexpr (Box::INVERTS)
        return (vector)NATIVE(gf2p8affineinv_epi64_epi8)((native)x, rows<matrix<Box::POLYNOMIAL, 1, true>()>(),
                                                         Box::CONSTANT);
#elif defined(__AES__)
    if constexpr (Box::INVERTS) return look_up_aes(x);
#endif
    return look_up<Box>(x);
}
