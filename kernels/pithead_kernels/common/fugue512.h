// Fugue-512 (version of October 2009): a state of 36 columns of four bytes. Message and length come word by word.
#pragma once
#include "bytes.h"

namespace fugue512 {

// The columns 20 to 35 at the start, each a little-endian word.
TABLE u32 INITIAL[16] = {0x7ea50788, 0x75af16e6, 0xdbe4d3c5, 0x27b09aac, 0x17f115d9, 0x54cceeb6,
                         0x0b02e806, 0xd1ef924a, 0xc9e2c6aa, 0x9813b2dd, 0x3858e6ca, 0x3f207f43,
                         0xe778ea25, 0xd6dd1f95, 0x1dd16eda, 0x67353ee1};

// The matrix of Super-Mix, circ(1, 4, 7, 1), section 4.2.
struct matrix_m {
    typedef aes_box box;
    template <class B> static constexpr B row(const B a[4], int i) {
        return sum(a[i], a[(i + 3) % 4], times<0x11b, 4>(a[(i + 1) % 4])) ^ times<0x11b, 7>(a[(i + 2) % 4]);
    }
    template <class B> static constexpr void mix(const B a[4], B b[4]) {
        for (int i = 0; i < 4; i++) b[i] = row(a, i);
    }
};

// CMIX36 adds the columns 4 to 6 to 0 to 2 and to 18 to 20. The second sum is put off until it is looked at: a column p
// of 18 and more is held without the column p - 14, which was at 4 to 6 when p was at 18 to 20 and has moved with it.
FN bytes4 whole(ring<36> &s, int p) { return s[p] ^ s[p - 14]; }

// ROR3, CMIX36, SMIX.
FN void sub_round(ring<36> &s) {
    s.turn(3);
    const bytes4 u[4] = {sum(s[0], s[22], s[4]), sum(s[1], s[23], s[5]), sum(s[2], s[24], s[6]), s[3]};
    super_mix<matrix_m>(u, [&](int k, const bytes4 &mixed) { s[k] = mixed; });
}

// One word of input: TIX4, then four sub-rounds. What TIX4 adds to the columns 4, 7 and 8 is no part of the sums put
// off, so the columns 14 and 28 places further on get it too.
FN void absorb(ring<36> &s, const bytes4 &word) {
    const bytes4 to_4 = whole(s, 27), to_7 = whole(s, 30);
    s[22] = sum(s[22], s[0], word);
    s[8] ^= word;
    s[0] = word;
    s[1] ^= whole(s, 24);
    UNROLL for (int p = 4; p < 36; p += 14) {
        s[p] ^= to_4;
        s[p + 3] ^= to_7;
    }
    UNROLL_TURNS for (int k = 0; k < 4; k++) sub_round(s);
}
// The words of the message: three of them turn the state right round.
template <int COUNT> FN void absorb_all(ring<36> &s, ring<COUNT> &words) {
    for (int round = 0; round < COUNT; round += 3)
        UNROLL_TURNS for (int k = 0; k < 3; k++) {
            absorb(s, words[0]);
            words.turn(COUNT - 1);
        }
}

// One of the last steps: column 0 goes into four others, then ROR and SMIX.
FN void last_step(ring<36> &s, int second, int third, int fourth, int turn) {
    const bytes4 x = s[0];
    s[4] ^= x;
    s[second] ^= x;
    s[third] ^= x;
    s[fourth] ^= x;
    s.turn(turn);
    const bytes4 u[4] = {s[0], s[1], s[2], s[3]};
    super_mix<matrix_m>(u, [&](int k, const bytes4 &mixed) { s[k] = mixed; });
}

// The final round G and the digest.
FN void finish(ring<36> &s, lane64 h[8]) {
    for (int round = 0; round < 8; round++)
        UNROLL_TURNS for (int k = 0; k < 4; k++) sub_round(s);
    UNROLL for (int p = 35; p >= 18; p--) s[p] = whole(s, p);
    for (int round = 0; round < 13; round++) {
        last_step(s, 9, 18, 27, 9);
        last_step(s, 10, 18, 27, 9);
        last_step(s, 10, 19, 27, 9);
        last_step(s, 10, 19, 28, 8);
    }
    const int changed[4] = {4, 9, 18, 27}, taken[4] = {1, 9, 18, 27};
    UNROLL for (int k = 0; k < 4; k++) s[changed[k]] ^= s[0];
    UNROLL for (int k = 0; k < 4; k++) {
        h[2 * k] = pack(join(s[taken[k]], s[taken[k] + 1]));
        h[2 * k + 1] = pack(join(s[taken[k] + 2], s[taken[k] + 3]));
    }
}

FN void start(ring<36> &s) {
    UNROLL for (int k = 0; k < 20; k++) s[k] = splat_bytes4(0);
    UNROLL for (int k = 0; k < 16; k++) s[20 + k] = splat_bytes4(INITIAL[k]);
    UNROLL for (int p = 18; p < 36; p++) s[p] = whole(s, p);
}

// job: the state after the first 19 words.
FN void prepare(const u32 header[20], u64 *job) {
    ring<36> s;
    start(s);
    for (int k = 0; k < 19; k++) absorb(s, splat_bytes4(header[k]));
    for (int k = 0; k < 18; k++) job[k] = pick(pack(join(s[2 * k], s[2 * k + 1])));
}

FN void first(const u64 *job, lane nonce, lane64 h[8]) {
    ring<36> s;
    UNROLL for (int k = 0; k < 36; k += 2) {
        bytes8 x = fetch_bytes(job + k / 2);
        s[k] = low(x);
        s[k + 1] = high(x);
    }
    ring<3> words;
    words[0] = low(unpack(join(nonce, splat(0))));
    words[1] = splat_bytes4(0);
    words[2] = splat_bytes4(0x80020000);
    absorb_all(s, words);
    finish(s, h);
}

FN void next(lane64 h[8]) {
    ring<36> s;
    ring<18> words;
    start(s);
    UNROLL for (int k = 0; k < 8; k++) {
        bytes8 x = unpack(h[k]);
        words[2 * k] = low(x);
        words[2 * k + 1] = high(x);
    }
    words[16] = splat_bytes4(0);
    words[17] = splat_bytes4(0x00020000);
    absorb_all(s, words);
    finish(s, h);
}

}  // namespace fugue512
