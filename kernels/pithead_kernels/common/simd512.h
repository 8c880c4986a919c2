// SIMD-512, version 1.1: "SIMD is a message digest", 2009.
//
// The message expansion is a transform over GF(257), y_i = sum of x_j 41^(ij). Two residues are worked on at a time,
// in the 16-bit halves of a word; all steps keep a half from running over into the other. The pairs (x_2j, x_2j+1) go
// through a transform of half the size, and the last step makes the pairs (y_i, y_i+128) of its outputs.
#pragma once
#include "lane.h"

namespace simd512 {

// Numbers of GF(257)

// 41^exponent mod 257; the order of 41 is 256.
constexpr u32 power(u32 exponent) {
    u32 result = 1;
    for (u32 k = 0; k < exponent % 256; k++) result = result * 41 % 257;
    return result;
}

// Both halves, up to 65535, minus 2, modulo 257, as numbers up to 510: 256 is -1. The 2s add up to a constant.
template <class V> constexpr FN V reduce(V x) {
    return (x & 0x00ff00ffu) + (0x00ff00ffu & ~(x >> 8));
}

// a + b and a - b in place, where multiple, of 257 in both halves, is as large as any b.
template <class V> constexpr FN void butterfly(V &a, V &b, u32 multiple) {
    V sum = a + b;
    b = a + multiple * 0x01010101u - b;
    a = sum;
}

// f_m = sum of p_j powers[c j] 60^(jm) for m < 32: outputs 4 m + c of the transform of 32 pairs of bytes with the
// root 41^2. 60 is 41^8 and 60^2 = 2, so all but the last of the five steps shift.
template <class V> constexpr FN void transform(const V p[32], const u32 *powers, int c, V f[32]) {
    constexpr u8 REVERSED[32] = {0, 16, 8, 24, 4, 20, 12, 28, 2, 18, 10, 26, 6, 22, 14, 30,
                                 1, 17, 9, 25, 5, 21, 13, 29, 3, 19, 11, 27, 7, 23, 15, 31};
    UNROLL for (int k = 0; k < 32; k++) f[k] = reduce(p[REVERSED[k]] * powers[c * REVERSED[k]]);
    UNROLL for (int k = 0; k < 32; k += 2) butterfly(f[k], f[k + 1], 2);
    UNROLL for (int k = 0; k < 32; k += 4) {
        f[k + 3] <<= 4;
        butterfly(f[k], f[k + 2], 4);
        butterfly(f[k + 1], f[k + 3], 64);
    }
    UNROLL for (int k = 0; k < 32; k++) f[k] = reduce(f[k]);
    UNROLL for (int k = 0; k < 32; k++)
        if ((k & 4) == 0) {
            f[k + 4] <<= 2 * (k % 4);
            butterfly(f[k], f[k + 4], 128);
        }
    UNROLL for (int k = 0; k < 32; k++) f[k] = reduce(f[k]);
    UNROLL for (int k = 0; k < 32; k++)
        if ((k & 8) == 0) {
            f[k + 8] <<= k % 8;
            if (k % 8 == 7) f[k + 8] = reduce(f[k + 8]);
            butterfly(f[k], f[k + 8], 128);
        }
    constexpr int ROOT[16] = {1, 60, 2, 120, 4, -17, 8, -34, 16, -68, 32, 121, 64, -15, 128, -30};
    UNROLL for (int k = 0; k < 16; k++) {
        V turned = reduce(reduce(f[k + 16]) * (u32)(ROOT[k] < 0 ? -ROOT[k] : ROOT[k]));
        V other = f[k] + 2 * 0x01010101u - turned;
        f[k] += turned;
        f[k + 16] = other;
        if (ROOT[k] < 0) {
            V swapped = f[k];
            f[k] = f[k + 16];
            f[k + 16] = swapped;
        }
    }
}

// Tables

struct Powers {
    u32 at[128];  // 41^(2 k)
};

constexpr Powers make_powers() {
    Powers p = {};
    for (u32 k = 0; k < 128; k++) p.at[k] = power(2 * k);
    return p;
}

TABLE Powers POWERS = make_powers();

// The last step for outputs i and i + 128: even part + 41^i odd part, even part - 41^i odd part.
struct Turn {
    u32 size;    // 41^i or -41^i, whichever is at most 128
    u32 sign;    // 1 - 2^16 for 41^i, 2^16 - 1 for -41^i
    u32 offset;  // the twist of the specification (41^(255 i)), less what the 2s of reduce() add up to, plus 2 * 257
};

template <class V> constexpr FN V part(V f, Turn turn) {
    V reduced = reduce(f);
    return (reduced & 0xffffu) * 0x10001u + reduce((reduced >> 16) * turn.size) * turn.sign + turn.offset;
}

struct Turns {
    Turn at[128];
};

constexpr Turns make_turns() {
    Turns t = {};
    Powers powers = make_powers();
    u32 zero[32] = {}, f[32] = {};
    for (u32 i = 0; i < 128; i++) {
        if (i % 32 == 0) transform(zero, powers.at, i / 32, f);
        u32 index = i % 32 * 4 + i / 32, root = power(index);
        Turn turn = root > 128 ? Turn{257 - root, 0x0000ffffu, 0x02020202u} : Turn{root, 0xffff0001u, 0x02020202u};
        u32 y = part(f[i % 32], turn);
        u32 low = (257 * 8 + power(255 * index) - (y & 0xffff)) % 257;
        u32 high = (257 * 8 + power(255 * (index + 128)) - (y >> 16)) % 257;
        turn.offset += low | high << 16;
        t.at[index] = turn;
    }
    return t;
}

TABLE Turns TURNS = make_turns();

TABLE u32 INITIAL[32] = {
    0x0ba16b95, 0x72f999ad, 0x9fecc2ae, 0xba3264fc, 0x5e894929, 0x8e9f30e5, 0x2f1daa37, 0xf0f2c558,
    0xac506643, 0xa90635a5, 0xe25b878b, 0xaab7878f, 0x88817f7a, 0x0a02892b, 0x559a7550, 0x598f657e,
    0x7eef60a1, 0x6b70e3e8, 0x9c1714d1, 0xb958e2a8, 0xab02675e, 0xed1c014f, 0xcd8d65bb, 0xfdb7a257,
    0x09254899, 0xd699c7bc, 0x9019b6dc, 0x2b9022e4, 0x8fa14956, 0x21bf9bd3, 0xb94d0943, 0x6ffddc22};

// The expanded message

// Of a pair of numbers from -2^15 on, the low one added to the high one times 2^16: the high one in its place, and
// both as numbers of 16 bits. A negative low one has borrowed from the high one, and 2^15 more gives it back.
template <class V> constexpr FN V high_half(V x) { return (x + 0x8000u) & 0xffff0000u; }
template <class V> constexpr FN V settle(V x) { return high_half(x) | (x & 0xffffu); }

// A residue in each half, up to 2047, as numbers from -128 to 128.
template <class V> constexpr FN V center(V x) {
    V near = (x & 0x00ff00ffu) - (x >> 8 & 0x00ff00ffu);
    return near - ((near + 0x007f007fu) >> 8 & 0x00010001u) * 257;
}

// The words, in the order in which the steps take them, that come of y_2k (and y_2k+128) and y_2k+1 (and y_2k+129).
template <class V> constexpr FN void keep(V words[256], int k, V even, V odd) {
    constexpr u8 STEP[4][8] = {
        {2, 7, 3, 6, 0, 5, 1, 4}, {3, 4, 6, 1, 2, 5, 7, 0}, {6, 0, 1, 7, 3, 5, 4, 2}, {1, 2, 7, 4, 6, 5, 0, 3}};
    const V even_185 = even * 185, odd_185 = odd * 185;
    const int row = k / 8, n = k % 8;
    words[8 * STEP[0][row] + n] = (even_185 & 0xffffu) | odd_185 << 16;
    words[64 + 8 * STEP[1][row] + n] = (even_185 + 0x8000u) >> 16 | high_half(odd_185);
    words[128 + 8 * STEP[2][row] + n] = settle(even * 233);
    words[192 + 8 * STEP[3][row] + n] = settle(odd * 233);
}

struct Words {
    u32 at[256];
};

// The expansion of the last block, the length in bits.
constexpr Words make_length(u32 bits) {
    Words w = {};
    for (u32 k = 0; k < 64; k++) {
        u32 y[4] = {};
        for (u32 j = 0; j < 4; j++) {
            u32 i = 2 * k + j % 2 + j / 2 * 128;
            y[j] = (bits % 256 + bits / 256 * power(i) + power(255 * i) + power(253 * i)) % 257;
        }
        keep(w.at, k, center(y[0] | y[2] << 16), center(y[1] | y[3] << 16));
    }
    return w;
}

TABLE Words LENGTH_512 = make_length(512);
TABLE Words LENGTH_640 = make_length(640);

// The compression function

FN void step(lane s[32], const lane words[8], int index) {
    constexpr u8 PARTNER[7] = {1, 6, 2, 3, 5, 7, 4};
    constexpr u8 TURN[4][4] = {{3, 23, 17, 27}, {28, 19, 22, 7}, {29, 9, 15, 5}, {4, 13, 10, 25}};
    const int round = index < 32 ? index / 8 : 3, r = TURN[round][index % 4], t = TURN[round][(index + 1) % 4];
    lane turned[8];
    UNROLL for (int j = 0; j < 8; j++) turned[j] = rotl(s[j], r);
    UNROLL for (int j = 0; j < 8; j++) {
        lane a = s[j], b = s[8 + j], c = s[16 + j];
        lane choice = index % 8 < 4 || index >= 32 ? ((b ^ c) & a) ^ c : majority(a, b, c);
        s[j] = rotl(s[24 + j] + words[j] + choice, t) + turned[j ^ PARTNER[index % 7]];
        s[24 + j] = c;
        s[16 + j] = b;
        s[8 + j] = turned[j];
    }
}

// Four rounds, then four steps that take in the chaining value; s is the chaining value with the block added.
FN void compress(lane s[32], const lane chaining[32], const lane words[256]) {
    UNROLL for (int index = 0; index < 36; index++)
        step(s, index < 32 ? words + 8 * index : chaining + 8 * (index - 32), index);
}

// All from the transform of the first block on: f[c][m] is output 4 m + c.
FN void finish(const lane f[4][32], lane s[32], u32 bits, const Words &length, lane64 h[8]) {
    lane words[256], chaining[32];
    ROLLED for (int k = 0; k < 64; k++) {
        const int c = 2 * (k % 2), m = k / 2;
        keep(words, k, center(part(f[c][m], TURNS.at[2 * k])), center(part(f[c + 1][m], TURNS.at[2 * k + 1])));
    }
    UNROLL for (int k = 0; k < 32; k++) chaining[k] = splat(INITIAL[k]);
    // One copy of the rounds for both blocks: two do not fit into the first-level instruction cache.
    for (int block = 0;; block++) {
        compress(s, chaining, words);
        if (block == 1) break;
        ROLLED for (int k = 0; k < 256; k++) words[k] = splat(length.at[k]);
        UNROLL for (int k = 0; k < 32; k++) chaining[k] = s[k];
        s[0] ^= bits;
    }
    UNROLL for (int k = 0; k < 8; k++) h[k] = join(s[2 * k], s[2 * k + 1]);
}

// job: 43 words with the transform of the header without the nonce, 128 pairs of residues of 9 bits, three pairs in a
// word; then 10 words with the header.
FN void prepare(const u32 header[20], u64 *job) {
    for (int k = 0; k < 43; k++) job[k] = 0;
    u32 zero[32] = {}, f[32];
    for (u32 i = 0; i < 128; i++) {
        transform(zero, POWERS.at, i % 4, f);
        // As transform() leaves it, which finish() expects, and 4 for the two times that first() reduces.
        u32 pair[2] = {(f[i / 4] & 0xffff) + 4, (f[i / 4] >> 16) + 4};
        for (u32 j = 0; j < 76; j++)
            pair[j % 2] += (header[j / 4] >> j % 4 * 8 & 0xff) * POWERS.at[i * (j / 2) % 128];
        job[i % 43] |= (u64)(pair[0] % 257 | pair[1] % 257 << 9) << i / 43 * 18;
    }
    for (int k = 0; k < 10; k++) job[43 + k] = (u64)header[2 * k + 1] << 32 | header[2 * k];
}

// The pairs of bytes 0, 1 and 2, 3 of a word.
FN lane low_pair(lane x) { return (x & 0xffu) | (x & 0xff00u) << 8; }
FN lane high_pair(lane x) { return (x >> 16 & 0xffu) | (x >> 8 & 0xff0000u); }

FN void first(const u64 *job, lane nonce, lane64 h[8]) {
    lane f[4][32], s[32];
    ROLLED for (int i = 0; i < 128; i++) {
        u32 base = (u32)(job[i % 43] >> i / 43 * 18);
        f[i % 4][i / 4] = reduce(low_pair(nonce) * POWERS.at[38 * i % 128]) +
                          reduce(high_pair(nonce) * POWERS.at[39 * i % 128]) +
                          ((base & 0x1ffu) | (base & 0x3fe00u) << 7);
    }
    UNROLL for (int k = 0; k < 32; k++)
        s[k] = splat(k < 19 ? INITIAL[k] ^ (u32)(job[43 + k / 2] >> k % 2 * 32) : INITIAL[k]);
    s[19] ^= nonce;
    finish(f, s, 640, LENGTH_640, h);
}

FN void next(lane64 h[8]) {
    lane p[32], f[4][32], s[32];
    UNROLL for (int k = 0; k < 16; k++) {
        lane message = k % 2 ? high(h[k / 2]) : low(h[k / 2]);
        p[2 * k] = low_pair(message);
        p[2 * k + 1] = high_pair(message);
        s[k] = message ^ INITIAL[k];
        s[16 + k] = splat(INITIAL[16 + k]);
    }
    ROLLED for (int c = 0; c < 4; c++) transform(p, POWERS.at, c, f[c]);
    finish(f, s, 512, LENGTH_512, h);
}

}  // namespace simd512
