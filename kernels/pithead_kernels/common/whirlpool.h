// Whirlpool in its final form (2003, ISO/IEC 10118-3): both messages make two blocks of 64 bytes.
#pragma once
#include "bytes.h"

namespace whirlpool {

// The S-box out of the mini-boxes E, its inverse and R, appendix B.
struct substitution {
    static constexpr int POLYNOMIAL = 0x11d;
    static constexpr bool INVERTS = false;
    static constexpr u32 of(u32 x) {
        constexpr u32 E[16] = {0x1, 0xb, 0x9, 0xc, 0xd, 0x6, 0xf, 0x3, 0xe, 0x8, 0x7, 0x4, 0xa, 0x2, 0x5, 0x0};
        constexpr u32 R[16] = {0x7, 0xc, 0xb, 0xd, 0xe, 0x4, 0x9, 0xf, 0x6, 0x3, 0x8, 0xa, 0x2, 0x5, 0x1, 0x0};
        u32 inverse[16] = {};
        for (u32 k = 0; k < 16; k++) inverse[E[k]] = k;
        u32 high = E[x >> 4], low = inverse[x & 15], middle = R[high ^ low];
        return E[high ^ middle] << 4 | inverse[low ^ middle];
    }
};

// The diffusion layer, circ(1, 1, 4, 1, 8, 5, 2, 9) on a row: what is taken once, twice, four and eight times.
struct mix_rows {
    typedef substitution box;
    template <class B> static constexpr void mix(const B a[8], B b[8]) {
        B pair[8] = {};
        UNROLL for (int j = 0; j < 8; j++) pair[j] = a[j] ^ a[(j + 5) % 8];
        UNROLL for (int j = 0; j < 8; j++)
            b[j] = sum(sum(pair[j], a[(j + 7) % 8], a[(j + 3) % 8]), a[(j + 1) % 8],
                       sum(times<0x11d, 2>(a[(j + 2) % 8]), times<0x11d, 4>(pair[(j + 6) % 8]),
                           times<0x11d, 8>(pair[(j + 4) % 8])));
    }
};

// A round: substitution, column j moved down by j rows, rows mixed (the layers gamma, pi, theta), key(row) added.
template <class Key> STEP void round(const bytes8 s[8], bytes8 t[8], Key key) {
    UNROLL for (int row = 0; row < 8; row++)
        t[row] = mixed<mix_rows>([&](int j) { return s[(row + 8 - j) % 8]; }) ^ key(row);
}

// The constants of the key schedule, and the keys of the first block, whose cipher key is zero. Sections 3.5 and 3.6.
struct schedule {
    u64 constant[10], key[10][8];
    constexpr schedule() : constant{}, key{} {
        u32 now[8][8] = {};
        for (int r = 0; r < 10; r++) {
            u32 next[8][8] = {};
            for (int row = 0; row < 8; row++) {
                u32 shifted[8] = {};
                for (int j = 0; j < 8; j++) shifted[j] = substitution::of(now[(row + 8 - j) % 8][j]);
                mix_rows::mix(shifted, next[row]);
            }
            for (int j = 0; j < 8; j++) {
                next[0][j] ^= substitution::of(8 * r + j);
                constant[r] |= (u64)substitution::of(8 * r + j) << 8 * j;
            }
            for (int k = 0; k < 64; k++) {
                now[k / 8][k % 8] = next[k / 8][k % 8];
                key[r][k / 8] |= (u64)now[k / 8][k % 8] << 8 * (k % 8);
            }
        }
    }
};
TABLE schedule SCHEDULE;

// Two rounds of the cipher with the keys of the first block, and with keys made from the key before.
FN void two_rounds(bytes8 s[8], const u64 key[2][8]) {
    bytes8 t[8];
    round(s, t, [=](int row) { return fetch_bytes(key[0] + row); });
    round(t, s, [=](int row) { return fetch_bytes(key[1] + row); });
}
FN void next_key(const bytes8 key[8], bytes8 after[8], const u64 *constant) {
    round(key, after, [=](int row) { return row ? splat_bytes(0) : fetch_bytes(constant); });
}

// The cipher W in the mode of Miyaguchi and Preneel; the first block is keyed by zero. Sections 3.7 and 3.8.
FN void compress_first(bytes8 chaining[8], const bytes8 message[8]) {
    bytes8 s[8];
    UNROLL for (int k = 0; k < 8; k++) s[k] = message[k];
    for (int r = 0; r < 10; r += 2) two_rounds(s, SCHEDULE.key + r);
    UNROLL for (int k = 0; k < 8; k++) chaining[k] = s[k] ^ message[k];
}
FN void compress(bytes8 chaining[8], const bytes8 message[8]) {
    bytes8 s[8], t[8], key[8], after[8];
    UNROLL for (int k = 0; k < 8; k++) {
        key[k] = chaining[k];
        s[k] = chaining[k] = message[k] ^ key[k];
    }
    for (int r = 0; r < 10; r += 2) {
        next_key(key, after, SCHEDULE.constant + r);
        round(s, t, [&](int row) { return after[row]; });
        next_key(after, key, SCHEDULE.constant + r + 1);
        round(t, s, [&](int row) { return key[row]; });
    }
    UNROLL for (int k = 0; k < 8; k++) chaining[k] ^= s[k];
}

// job: the chaining value after the first 64 bytes, then the 12 bytes before the nonce.
FN void prepare(const u32 header[20], u64 *job) {
    bytes8 chaining[8], message[8];
    for (int k = 0; k < 8; k++) message[k] = splat_bytes((u64)header[2 * k + 1] << 32 | header[2 * k]);
    compress_first(chaining, message);
    for (int k = 0; k < 8; k++) job[k] = pick(pack(chaining[k]));
    job[8] = (u64)header[17] << 32 | header[16];
    job[9] = header[18];
}

FN void first(const u64 *job, lane nonce, lane64 h[8]) {
    bytes8 chaining[8], message[8];
    UNROLL for (int k = 0; k < 8; k++) chaining[k] = fetch_bytes(job + k);
    message[0] = fetch_bytes(job + 8);
    message[1] = unpack(join(splat((u32)job[9]), nonce));
    message[2] = splat_bytes(0x80);
    UNROLL for (int k = 3; k < 7; k++) message[k] = splat_bytes(0);
    message[7] = splat_bytes((u64)0x8002 << 48);
    compress(chaining, message);
    UNROLL for (int k = 0; k < 8; k++) h[k] = pack(chaining[k]);
}

FN void next(lane64 h[8]) {
    bytes8 chaining[8], message[8];
    UNROLL for (int k = 0; k < 8; k++) message[k] = unpack(h[k]);
    compress_first(chaining, message);
    message[0] = splat_bytes(0x80);
    UNROLL for (int k = 1; k < 7; k++) message[k] = splat_bytes(0);
    message[7] = splat_bytes((u64)0x0002 << 48);
    compress(chaining, message);
    UNROLL for (int k = 0; k < 8; k++) h[k] = pack(chaining[k]);
}

}  // namespace whirlpool
