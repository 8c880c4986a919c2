// Skein-512-512, version 1.3: Threefish-512 once over the (last) block of the message, once for the output.
#pragma once
#include "lane.h"

namespace skein512 {

// The chaining value after the configuration block.
TABLE u64 IV[8] = {0x4903adff749c51ce, 0x0d95de399746df03, 0x8fd1934127c79bce, 0x9a255629ff352cb1,
                   0x5db62599df6ca7b0, 0xeabe394ca9d5c3f4, 0x991112c71a75b523, 0xae18a40b660fcc33};

// Tweaks: the type of the block, its first and last flag; the low word is the count of bytes.
constexpr u64 MESSAGE_FIRST = (u64)112 << 56, MESSAGE_LAST = (u64)176 << 56, MESSAGE_ONLY = (u64)240 << 56;
constexpr u64 OUTPUT = (u64)255 << 56;

struct key_schedule {
    lane64 key[9];
    u64 tweak[3];
};

FN key_schedule schedule(const lane64 chain[8], u64 bytes, u64 flags) {
    key_schedule s = {{}, {bytes, flags, bytes ^ flags}};
    s.key[8] = splat64(0x1bd11bdaa9fc1a22);
    UNROLL for (int k = 0; k < 8; k++) s.key[k] = chain[k], s.key[8] ^= chain[k];
    return s;
}

FN void add_subkey(lane64 v[8], const key_schedule &s, int number) {
    UNROLL for (int k = 0; k < 8; k++) {
        u64 tweak = k == 5 ? s.tweak[number % 3] : k == 6 ? s.tweak[(number + 1) % 3] : k == 7 ? number : 0;
        v[k] += s.key[(number + k) % 9] + tweak;
    }
}

// Threefish-512 over v, but for the feed-forward.
FN void encrypt(lane64 v[8], const key_schedule &s) {
    constexpr u8 TURN[8][4] = {{46, 36, 19, 37}, {33, 27, 14, 42}, {17, 49, 36, 39}, {44, 9, 54, 56},
                               {39, 30, 34, 24}, {13, 50, 10, 17}, {25, 29, 39, 43}, {8, 35, 56, 22}};
    constexpr u8 FROM[8] = {2, 1, 4, 7, 6, 5, 0, 3};
    UNROLL for (int r = 0; r < 72; r++) {
        if (r % 4 == 0) add_subkey(v, s, r / 4);
        UNROLL for (int k = 0; k < 4; k++) {
            v[2 * k] += v[2 * k + 1];
            v[2 * k + 1] = rotl(v[2 * k + 1], TURN[r % 8][k]) ^ v[2 * k];
        }
        lane64 t[8];
        UNROLL for (int k = 0; k < 8; k++) t[k] = v[FROM[k]];
        UNROLL for (int k = 0; k < 8; k++) v[k] = t[k];
    }
    add_subkey(v, s, 18);
}

FN void output(const lane64 chain[8], lane64 h[8]) {
    UNROLL for (int k = 0; k < 8; k++) h[k] = splat64(0);
    encrypt(h, schedule(chain, 8, OUTPUT));
}

// job: the chaining value after the first 64 bytes (8 words), words 8 and 9 of the message.
FN void prepare(const u32 header[20], u64 *job) {
    lane64 v[8], m[8];
    for (int k = 0; k < 8; k++) v[k] = splat64(IV[k]);
    key_schedule s = schedule(v, 64, MESSAGE_FIRST);
    for (int k = 0; k < 8; k++) v[k] = m[k] = splat64((u64)header[2 * k + 1] << 32 | header[2 * k]);
    encrypt(v, s);
    for (int k = 0; k < 8; k++) job[k] = pick(v[k] ^ m[k]);
    job[8] = (u64)header[17] << 32 | header[16];
    job[9] = header[18];
}

FN void first(const u64 *job, lane nonce, lane64 h[8]) {
    lane64 v[8], chain[8];
    UNROLL for (int k = 0; k < 8; k++) chain[k] = splat64(job[k]), v[k] = splat64(0);
    v[0] = splat64(job[8]);
    v[1] = join(splat((u32)job[9]), nonce);
    lane64 word = v[1];
    encrypt(v, schedule(chain, 80, MESSAGE_LAST));
    v[0] ^= job[8];
    v[1] ^= word;
    output(v, h);
}

FN void next(lane64 h[8]) {
    lane64 v[8], chain[8];
    UNROLL for (int k = 0; k < 8; k++) chain[k] = splat64(IV[k]), v[k] = h[k];
    encrypt(v, schedule(chain, 64, MESSAGE_ONLY));
    UNROLL for (int k = 0; k < 8; k++) v[k] ^= h[k];
    output(v, h);
}

}  // namespace skein512
