// Luffa-512, version 2: "Hash function Luffa: specification", 15 September 2009.
#pragma once
#include "lane.h"

namespace luffa512 {

TABLE u32 INITIAL[5][8] = {
    {0x6d251e69, 0x44b051e0, 0x4eaa6fb4, 0xdbf78465, 0x6e292011, 0x90152df4, 0xee058139, 0xdef610bb},
    {0xc3b44b95, 0xd9d2f256, 0x70eee9a0, 0xde099fa3, 0x5d9b0557, 0x8fc944b3, 0xcf1ccf0e, 0x746cd581},
    {0xf7efc89d, 0x5dba5781, 0x04016ce5, 0xad659c05, 0x0306194f, 0x666d1836, 0x24aa230a, 0x8b264ae7},
    {0x858075d5, 0x36d79cce, 0xe571f7d7, 0x204b1f67, 0x35870c6a, 0x57e9e923, 0x14bcb808, 0x7cde72ce},
    {0x6c68e9be, 0x5ec41e22, 0xc825b7c7, 0xaffb4363, 0xf5df3999, 0x0fc688f1, 0xb07224cc, 0x03e86cea}};

// STEP[j][r] goes into words 0 and 4 of Q_j after step r.
TABLE u32 STEP[5][8][2] = {
    {{0x303994a6, 0xe0337818}, {0xc0e65299, 0x441ba90d}, {0x6cc33a12, 0x7f34d442}, {0xdc56983e, 0x9389217f},
     {0x1e00108f, 0xe5a8bce6}, {0x7800423d, 0x5274baf4}, {0x8f5b7882, 0x26889ba7}, {0x96e1db12, 0x9a226e9d}},
    {{0xb6de10ed, 0x01685f3d}, {0x70f47aae, 0x05a17cf4}, {0x0707a3d4, 0xbd09caca}, {0x1c1e8f51, 0xf4272b28},
     {0x707a3d45, 0x144ae5cc}, {0xaeb28562, 0xfaa7ae2b}, {0xbaca1589, 0x2e48f1c1}, {0x40a46f3e, 0xb923c704}},
    {{0xfc20d9d2, 0xe25e72c1}, {0x34552e25, 0xe623bb72}, {0x7ad8818f, 0x5c58a4a4}, {0x8438764a, 0x1e38e2e7},
     {0xbb6de032, 0x78e38b9d}, {0xedb780c8, 0x27586719}, {0xd9847356, 0x36eda57f}, {0xa2c78434, 0x703aace7}},
    {{0xb213afa5, 0xe028c9bf}, {0xc84ebe95, 0x44756f91}, {0x4e608a22, 0x7e8fce32}, {0x56d858fe, 0x956548be},
     {0x343b138f, 0xfe191be2}, {0xd0ec4e3d, 0x3cb226e5}, {0x2ceb4882, 0x5944a28e}, {0xb3ad2208, 0xa1c4c355}},
    {{0xf0d2e9e3, 0x5090d577}, {0xac11d7fa, 0x2d1925ab}, {0x1bcb66f2, 0xb46496ac}, {0x6f2d9bc9, 0xd1925ab0},
     {0x78602649, 0x29131ab6}, {0x8edae952, 0x0fc053c3}, {0x3b6ba548, 0x3f014f0c}, {0xedae9520, 0xfc053c31}}};

struct State {
    lane v[5][8];
};

// Multiply by 2 in GF(2^8)^32; word k holds the coefficients of x^k.
FN void twice(lane x[8]) {
    lane top = x[7];
    UNROLL for (int k = 7; k > 0; k--) x[k] = x[k - 1];
    x[0] = top;
    x[1] ^= top;
    x[3] ^= top;
    x[4] ^= top;
}

// The message injection for w = 5, up to the message itself.
FN void mix(State &s) {
    lane sum[8];
    UNROLL for (int k = 0; k < 8; k++) sum[k] = s.v[0][k] ^ s.v[1][k] ^ s.v[2][k] ^ s.v[3][k] ^ s.v[4][k];
    twice(sum);
    UNROLL for (int j = 0; j < 5; j++) UNROLL for (int k = 0; k < 8; k++) s.v[j][k] ^= sum[k];
    UNROLL for (int side = 1; side < 5; side += 3) {
        State t = s;
        UNROLL for (int j = 0; j < 5; j++) {
            twice(s.v[j]);
            UNROLL for (int k = 0; k < 8; k++) s.v[j][k] ^= t.v[(j + side) % 5][k];
        }
    }
}

FN void inject(State &s, lane m[8]) {
    mix(s);
    UNROLL for (int j = 0; j < 5; j++) {
        UNROLL for (int k = 0; k < 8; k++) s.v[j][k] ^= m[k];
        twice(m);
    }
}

// The S-box on columns of four bits, the first word holds the least significant ones: six functions of three
// bits, found by search.
// The first operand is one that is not needed any more, where there is such a one: the host overwrites it.
FN void sub_crumb(lane &a, lane &b, lane &c, lane &d) {
    constexpr auto add_or = [](auto x, auto y, auto z) { return x ^ (y | z); };
    const lane t = bitwise(add_or, c, a, d);
    const lane s = bitwise(add_or, d, a, b);
    d = bitwise([](auto x, auto y, auto z) { return x ^ (y | ~z); }, b, s, t);
    const lane u = bitwise([](auto x, auto y, auto z) { return (y | z) ^ (x & z); }, a, t, d);
    c = bitwise([](auto x, auto y, auto z) { return x ^ y ^ z; }, t, a, d);
    b = bitwise([](auto x, auto y, auto z) { return ~(x ^ y ^ z); }, s, a, u);
    a = u;
}

FN void mix_word(lane &left, lane &right) {
    right ^= left;
    left = rotl(left, 2) ^ right;
    right = rotl(right, 14) ^ left;
    left = rotl(left, 10) ^ right;
    right = rotl(right, 1);
}

FN void permute(State &s) {
    UNROLL for (int j = 1; j < 5; j++) UNROLL for (int k = 4; k < 8; k++) s.v[j][k] = rotl(s.v[j][k], j);
    for (int r = 0; r < 8; r++)
        UNROLL for (int j = 0; j < 5; j++) {
            lane x[8];
            UNROLL for (int k = 0; k < 8; k++) x[k] = s.v[j][k];
            sub_crumb(x[0], x[1], x[2], x[3]);
            sub_crumb(x[5], x[6], x[7], x[4]);
            UNROLL for (int k = 0; k < 4; k++) mix_word(x[k], x[k + 4]);
            x[0] ^= STEP[j][r][0];
            x[4] ^= STEP[j][r][1];
            UNROLL for (int k = 0; k < 8; k++) s.v[j][k] = x[k];
        }
}

// Two blank rounds, each gives half of the digest.
FN void finish(State &s, lane64 h[8]) {
    UNROLL for (int half = 0; half < 8; half += 4) {
        mix(s);
        permute(s);
        lane sum[8];
        UNROLL for (int k = 0; k < 8; k++)
            sum[k] = bswap(s.v[0][k] ^ s.v[1][k] ^ s.v[2][k] ^ s.v[3][k] ^ s.v[4][k]);
        UNROLL for (int k = 0; k < 4; k++) h[half + k] = join(sum[2 * k], sum[2 * k + 1]);
    }
}

FN void start(State &s) {
    UNROLL for (int j = 0; j < 5; j++) UNROLL for (int k = 0; k < 8; k++) s.v[j][k] = splat(INITIAL[j][k]);
}

// job: the state after the first 64 bytes, mixed and with the rest of the message but the nonce injected (20 words).
FN void prepare(const u32 header[20], u64 *job) {
    State s;
    start(s);
    lane m[8];
    for (int block = 0; block < 2; block++) {
        for (int k = 0; k < 8; k++) m[k] = bswap(splat(header[8 * block + k]));
        inject(s, m);
        permute(s);
    }
    for (int k = 0; k < 8; k++) m[k] = k < 3 ? bswap(splat(header[16 + k])) : splat(k == 4 ? 1u << 31 : 0);
    inject(s, m);
    for (int k = 0; k < 20; k++) job[k] = (u64)pick(s.v[k / 4][k % 4 * 2 + 1]) << 32 | pick(s.v[k / 4][k % 4 * 2]);
}

FN void first(const u64 *job, lane nonce, lane64 h[8]) {
    State s;
    UNROLL for (int k = 0; k < 20; k++) {
        s.v[k / 4][k % 4 * 2] = splat((u32)job[k]);
        s.v[k / 4][k % 4 * 2 + 1] = splat((u32)(job[k] >> 32));
    }
    lane m[8] = {};
    m[3] = bswap(nonce);
    UNROLL for (int j = 0; j < 5; j++) {
        UNROLL for (int k = 0; k < 8; k++) s.v[j][k] ^= m[k];
        twice(m);
    }
    permute(s);
    finish(s, h);
}

FN void next(lane64 h[8]) {
    State s;
    start(s);
    UNROLL for (int block = 0; block < 3; block++) {
        lane m[8] = {splat(1u << 31)};
        if (block < 2) UNROLL for (int k = 0; k < 4; k++) {
            m[2 * k] = bswap(low(h[4 * block + k]));
            m[2 * k + 1] = bswap(high(h[4 * block + k]));
        }
        inject(s, m);
        permute(s);
    }
    finish(s, h);
}

}  // namespace luffa512
