// BLAKE-512 of the last round of SHA-3 (16 rounds, salt 0): 80 or 64 bytes and their padding are one block.
#pragma once
#include "lane.h"

namespace blake512 {

TABLE u64 IV[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
                   0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

constexpr u64 PI[16] = {0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89,
                        0x452821e638d01377, 0xbe5466cf34e90c6c, 0xc0ac29b7c97c50dd, 0x3f84d5b5b5470917,
                        0x9216d5d98979fb1b, 0xd1310ba698dfb5ac, 0x2ffd72dbd01adfb7, 0xb8e1afed6a267e96,
                        0xba7c9045f12c7f99, 0x24a19947b3916cf7, 0x0801f2e2858efc16, 0x636920d871574e69};

constexpr u8 SIGMA[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

// One half of G; addend is a message word xored with its constant.
template <int TURN_D, int TURN_B> FN void half(lane64 &a, lane64 &b, lane64 &c, lane64 &d, lane64 addend) {
    a += b + addend;
    d = rotr(d ^ a, TURN_D);
    c += d;
    b = rotr(b ^ c, TURN_B);
}

// Step 0 mixes the columns, step 1 the diagonals of the 4x4 state.
FN void step(lane64 v[16], const lane64 m[16], int round, int diagonal) {
    const u8 *sigma = SIGMA[round % 10] + 8 * diagonal;
    UNROLL for (int k = 0; k < 4; k++) {
        int b = 4 + (k + diagonal) % 4, c = 8 + (k + 2 * diagonal) % 4, d = 12 + (k + 3 * diagonal) % 4;
        int i = sigma[2 * k], j = sigma[2 * k + 1];
        half<32, 25>(v[k], v[b], v[c], v[d], m[i] ^ PI[j]);
        half<16, 11>(v[k], v[b], v[c], v[d], m[j] ^ PI[i]);
    }
}

FN void start(lane64 v[16], u64 bits) {
    UNROLL for (int k = 0; k < 8; k++) v[k] = splat64(IV[k]);
    UNROLL for (int k = 0; k < 8; k++) v[8 + k] = splat64(PI[k] ^ (k == 4 || k == 5 ? bits : 0));
}

// What follows the message: a one, zeros, another one and the length in bits.
FN void pad(lane64 m[16], int words) {
    UNROLL for (int k = words; k < 16; k++) m[k] = splat64(0);
    m[words] = splat64((u64)1 << 63);
    m[13] = splat64(1);
    m[15] = splat64(64 * (u64)words);
}

FN void finish(const lane64 v[16], lane64 h[8]) {
    UNROLL for (int k = 0; k < 8; k++) h[k] = bswap(v[k] ^ v[k + 8] ^ IV[k]);
}

// job: 16 words of state, round 0 complete but for the half of its first diagonal that adds the nonce; 10 of message.
FN void prepare(const u32 header[20], u64 *job) {
    lane64 v[16], m[16];
    for (int k = 0; k < 10; k++) m[k] = bswap(splat64((u64)header[2 * k + 1] << 32 | header[2 * k]));
    m[9] &= (u64)0xffffffff << 32;
    pad(m, 10);
    start(v, 640);
    step(v, m, 0, 0);
    lane64 a = v[0], b = v[5], c = v[10], d = v[15];
    step(v, m, 0, 1);
    half<32, 25>(a, b, c, d, m[8] ^ PI[9]);
    v[0] = a, v[5] = b, v[10] = c, v[15] = d;
    for (int k = 0; k < 16; k++) job[k] = pick(v[k]);
    for (int k = 0; k < 10; k++) job[16 + k] = pick(m[k]);
}

FN void first(const u64 *job, lane nonce, lane64 h[8]) {
    lane64 v[16], m[16];
    UNROLL for (int k = 0; k < 16; k++) v[k] = splat64(job[k]);
    UNROLL for (int k = 0; k < 10; k++) m[k] = splat64(job[16 + k]);
    m[9] |= join(bswap(nonce), splat(0));
    pad(m, 10);
    half<16, 11>(v[0], v[5], v[10], v[15], m[9] ^ PI[8]);
    UNROLL for (int k = 2; k < 32; k++) step(v, m, k / 2, k % 2);
    finish(v, h);
}

FN void next(lane64 h[8]) {
    lane64 v[16], m[16];
    UNROLL for (int k = 0; k < 8; k++) m[k] = bswap(h[k]);
    pad(m, 8);
    start(v, 512);
    UNROLL for (int k = 0; k < 32; k++) step(v, m, k / 2, k % 2);
    finish(v, h);
}

}  // namespace blake512
