// Fields of 256 elements and the substitution boxes made from them, at compile time, for the tables and constants of
// bytes.h and block.h. An element is a u32 below 256.
#pragma once
#include "lane.h"

template <int POLYNOMIAL> constexpr u32 product(u32 x, u32 factor) {
    u32 sum = 0;
    for (; factor; factor >>= 1, x = x << 1 ^ (x >> 7) * POLYNOMIAL) sum ^= (factor & 1) * x;
    return sum;
}
// times<POLYNOMIAL, FACTOR> is there for every kind of byte, so that a mixing step can be written once for all of them.
template <int POLYNOMIAL, int FACTOR> constexpr u32 times(u32 x) { return product<POLYNOMIAL>(x, FACTOR); }
// So is the sum of three, because it is one instruction and GCC would regroup the terms of longer sums.
constexpr u32 sum(u32 x, u32 y, u32 z) { return x ^ y ^ z; }

// A box is a type with `of` and the polynomial of its field; one that inverts is an affine map of the inverse.
struct aes_box {
    static constexpr int POLYNOMIAL = 0x11b;
    static constexpr bool INVERTS = true;
    static constexpr u32 CONSTANT = 0x63;
    static constexpr u32 linear(u32 x) {
        u32 turned = x ^ x << 1 ^ x << 2 ^ x << 3 ^ x << 4;
        return (turned ^ turned >> 8) & 0xff;
    }
    static constexpr u32 of(u32 x) {
        u32 power = 1;  // x^254 is the inverse, and 0 for 0
        for (int k = 0; k < 254; k++) power = product<POLYNOMIAL>(power, x);
        return linear(power) ^ CONSTANT;
    }
};

// FIPS 197 section 5.1.3. A mixing step is a type with a box and `mix`, the product with a circulant matrix.
struct mix_columns {
    typedef aes_box box;
    template <class B> static constexpr void mix(const B a[4], B b[4]) {
        const B pair[4] = {a[0] ^ a[1], a[1] ^ a[2], a[2] ^ a[3], a[3] ^ a[0]};
        UNROLL for (int i = 0; i < 4; i++)
            b[i] = sum(times<0x11b, 2>(pair[i]), a[(i + 1) % 4], pair[(i + 2) % 4]);
    }
};

template <class Box> struct box_table {
    u8 at[256];
    constexpr box_table() : at{} {
        for (u32 x = 0; x < 256; x++) at[x] = (u8)Box::of(x);
    }
};

// What byte 0 of a column adds to the mixed column, packed in a word; for byte i it is the same turned left by i bytes.
template <class Mix, class Word> struct mix_table {
    Word at[256];
    constexpr mix_table() : at{} {
        for (u32 x = 0; x < 256; x++) {
            u32 a[sizeof(Word)] = {Mix::box::of(x)}, b[sizeof(Word)] = {};
            Mix::mix(a, b);
            for (u32 i = 0; i < sizeof(Word); i++) at[x] |= (Word)b[i] << 8 * i;
        }
    }
};
