// Part of the vocabulary: a linear map of 64 bits to 16 words.
// A Map has `constexpr static u32 word(int bit, int k)`, word k of the image of one bit, and `apply`, which does with
// what every machine has; low holds the bits 0 to 31 and high the bits 32 to 63.
#pragma once
#include "lane.h"

#if defined(__GFNI__) && defined(__AVX512VBMI__) && LANE_BYTES == 4

// The processor multiplies 64 bytes by matrices of 8 x 8 bits, one matrix for eight bytes. So the four bytes of a
// word lie apart: eight bytes 0, one of each nonce, eight bytes 1, 2 and 3, and the same for the other eight nonces.
typedef char plane __attribute__((vector_size(64)));

struct matrices {
    alignas(64) u64 at[16][8][8];  // those of an output word, of an input byte, for the eight times eight bytes
};
template <class Map> constexpr matrices make_matrices() {
    matrices m = {};
    for (int k = 0; k < 16; k++)
        for (int bit = 0; bit < 64; bit++)
            for (int row = 0; row < 32; row++)
                if (Map::word(bit, k) >> row & 1)
                    for (int half = 0; half < 8; half += 4)
                        m.at[k][bit / 8][half + row / 8] |= (u64)1 << ((7 - row % 8) * 8 + bit % 8);
    return m;
}
template <class Map> static constexpr matrices MATRICES = make_matrices<Map>();

struct orders {
    alignas(64) u8 apart[4][64];  // eight times eight bytes `byte` of sixteen words, for each byte
    alignas(64) u8 together[64];  // from bytes 0, 1, 2, 3, apart, back to words
};
constexpr orders make_orders() {
    orders o = {};
    for (int p = 0; p < 64; p++) {
        const int nonce = p / 32 * 8 + p % 8;
        for (int byte = 0; byte < 4; byte++) o.apart[byte][p] = nonce * 4 + byte;
        o.together[nonce * 4 + p / 8 % 4] = p;
    }
    return o;
}
static constexpr orders ORDERS = make_orders();

FN plane shuffle(plane x, const u8 order[64]) {
    return (plane)__builtin_ia32_permvarqi512_mask(x, *(const plane *)order, x, ~0ull);
}

template <class Map> FN void multiply(lane low, lane high, lane out[16]) {
    plane in[8];
    UNROLL for (int k = 0; k < 8; k++) in[k] = shuffle((plane)(k < 4 ? low : high), ORDERS.apart[k % 4]);
    UNROLL for (int k = 0; k < 16; k++) {
        plane product[8];
        UNROLL for (int j = 0; j < 8; j++)
            product[j] = __builtin_ia32_vgf2p8affineqb_v64qi(in[j], *(const plane *)MATRICES<Map>.at[k][j], 0);
        plane sum = product[0] ^ product[1] ^ product[2];
        sum ^= product[3] ^ product[4];
        sum ^= product[5] ^ product[6];
        out[k] = (lane)shuffle(sum ^ product[7], ORDERS.together);
    }
}

#else

template <class Map> FN void multiply(lane low, lane high, lane out[16]) { Map{}.apply(low, high, out); }

#endif
