// Keccak-512 as submitted to SHA-3 (padding 01): rate 72 bytes, 24 rounds of Keccak-f[1600].
#pragma once
#include "lane.h"

namespace keccak512 {

TABLE u64 ROUND[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
    0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
    0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};

FN void permute(lane64 s[25]) {
    constexpr int TURN[24] = {1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44};
    constexpr int LANE[24] = {10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1};
    for (int r = 0; r < 24; r++) {
        lane64 c[5];
        UNROLL for (int x = 0; x < 5; x++) c[x] = s[x] ^ s[x + 5] ^ s[x + 10] ^ s[x + 15] ^ s[x + 20];
        UNROLL for (int x = 0; x < 5; x++) {
            const auto sum = [](auto a, auto b, auto c) { return a ^ (b ^ c); };
            lane64 left = c[(x + 4) % 5], right = rotl(c[(x + 1) % 5], 1);
            UNROLL for (int y = 0; y < 25; y += 5) s[x + y] = bitwise(sum, s[x + y], left, right);
        }
        lane64 t = s[1];
        UNROLL for (int k = 0; k < 24; k++) {
            lane64 u = s[LANE[k]];
            s[LANE[k]] = rotl(t, TURN[k]);
            t = u;
        }
        UNROLL for (int y = 0; y < 25; y += 5) {
            lane64 b[5];
            UNROLL for (int x = 0; x < 5; x++) b[x] = s[x + y];
            UNROLL for (int x = 0; x < 5; x++) s[x + y] = b[x] ^ (~b[(x + 1) % 5] & b[(x + 2) % 5]);
        }
        s[0] ^= ROUND[r];
    }
}

// job: the state after the first 72 bytes with the next 4 absorbed (25 words).
FN void prepare(const u32 header[20], u64 *job) {
    lane64 s[25] = {};
    for (int k = 0; k < 9; k++) s[k] = splat64((u64)header[2 * k + 1] << 32 | header[2 * k]);
    permute(s);
    s[0] ^= (u64)header[18];
    s[1] ^= (u64)1;
    s[8] ^= (u64)0x80 << 56;
    for (int k = 0; k < 25; k++) job[k] = pick(s[k]);
}

FN void first(const u64 *job, lane nonce, lane64 h[8]) {
    lane64 s[25];
    UNROLL for (int k = 0; k < 25; k++) s[k] = splat64(job[k]);
    s[0] ^= join(splat(0), nonce);
    permute(s);
    UNROLL for (int k = 0; k < 8; k++) h[k] = s[k];
}

FN void next(lane64 h[8]) {
    lane64 s[25] = {};
    UNROLL for (int k = 0; k < 8; k++) s[k] = h[k];
    s[8] = splat64((u64)0x80 << 56 | 1);
    permute(s);
    UNROLL for (int k = 0; k < 8; k++) h[k] = s[k];
}

}  // namespace keccak512
