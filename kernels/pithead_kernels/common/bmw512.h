// Blue Midnight Wish-512 (second round of SHA-3): one block, then the final compression under constants.
#pragma once
#include "lane.h"

namespace bmw512 {

// s_0 ... s_5: the mixing functions of f0 and f1.
template <int INDEX> FN lane64 fold(lane64 x) {
    if constexpr (INDEX == 0) return x >> 1 ^ x << 3 ^ rotl(x, 4) ^ rotl(x, 37);
    if constexpr (INDEX == 1) return x >> 1 ^ x << 2 ^ rotl(x, 13) ^ rotl(x, 43);
    if constexpr (INDEX == 2) return x >> 2 ^ x << 1 ^ rotl(x, 19) ^ rotl(x, 53);
    if constexpr (INDEX == 3) return x >> 2 ^ x << 2 ^ rotl(x, 28) ^ rotl(x, 59);
    if constexpr (INDEX == 4) return x >> 1 ^ x;
    return x >> 2 ^ x;
}

// f0: Q_0 ... Q_15 from the message xored with the double pipe h.
FN void spread(lane64 q[32], const lane64 m[16], const lane64 h[16]) {
    lane64 x[16];
    UNROLL for (int k = 0; k < 16; k++) x[k] = m[k] ^ h[k];
    q[0] = fold<0>(x[5] - x[7] + x[10] + x[13] + x[14]) + h[1];
    q[1] = fold<1>(x[6] - x[8] + x[11] + x[14] - x[15]) + h[2];
    q[2] = fold<2>(x[0] + x[7] + x[9] - x[12] + x[15]) + h[3];
    q[3] = fold<3>(x[0] - x[1] + x[8] - x[10] + x[13]) + h[4];
    q[4] = fold<4>(x[1] + x[2] + x[9] - x[11] - x[14]) + h[5];
    q[5] = fold<0>(x[3] - x[2] + x[10] - x[12] + x[15]) + h[6];
    q[6] = fold<1>(x[4] - x[0] - x[3] - x[11] + x[13]) + h[7];
    q[7] = fold<2>(x[1] - x[4] - x[5] - x[12] - x[14]) + h[8];
    q[8] = fold<3>(x[2] - x[5] - x[6] + x[13] - x[15]) + h[9];
    q[9] = fold<4>(x[0] - x[3] + x[6] - x[7] + x[14]) + h[10];
    q[10] = fold<0>(x[8] - x[1] - x[4] - x[7] + x[15]) + h[11];
    q[11] = fold<1>(x[8] - x[0] - x[2] - x[5] + x[9]) + h[12];
    q[12] = fold<2>(x[1] + x[3] - x[6] - x[9] + x[10]) + h[13];
    q[13] = fold<3>(x[2] + x[4] + x[7] + x[10] + x[11]) + h[14];
    q[14] = fold<4>(x[3] - x[5] + x[8] - x[11] - x[12]) + h[15];
    q[15] = fold<0>(x[12] - x[4] - x[6] - x[9] + x[13]) + h[0];
}

// AddElement(j) of f1.
FN lane64 element(const lane64 m[16], const lane64 h[16], int j) {
    int a = j, b = (j + 3) % 16, c = (j + 10) % 16;
    lane64 turned = rotl(m[a], a + 1) + rotl(m[b], b + 1) - rotl(m[c], c + 1);
    return (turned + (u64)(j + 16) * 0x0555555555555555) ^ h[(j + 7) % 16];
}

// f1: Q_16 ... Q_31; e are the sixteen elements to add.
FN void expand(lane64 q[32], const lane64 e[16]) {
    UNROLL for (int j = 0; j < 2; j++) {
        lane64 *p = q + j;
        p[16] = e[j];
        UNROLL for (int k = 0; k < 16; k += 4)
            p[16] += fold<1>(p[k]) + fold<2>(p[k + 1]) + fold<3>(p[k + 2]) + fold<0>(p[k + 3]);
    }
    // The words that are added as they are: two sums over every other word that slide along.
    lane64 plain[2];
    UNROLL for (int k = 0; k < 2; k++) {
        plain[k] = q[2 + k];
        UNROLL for (int i = 4 + k; i < 16; i += 2) plain[k] += q[i];
    }
    UNROLL for (int j = 2; j < 16; j++) {
        lane64 *p = q + j;
        if (j >= 4) plain[j % 2] += p[12] - p[-2];
        p[16] = e[j] + plain[j % 2] + rotl(p[1], 5) + rotl(p[3], 11) + rotl(p[5], 27) + rotl(p[7], 32) +
                rotl(p[9], 37) + rotl(p[11], 43) + rotl(p[13], 53) + fold<4>(p[14]) + fold<5>(p[15]);
    }
}

// f2: the next double pipe.
FN void collect(lane64 out[16], const lane64 q[32], const lane64 m[16]) {
    lane64 low = q[16] ^ q[17] ^ q[18] ^ q[19] ^ q[20] ^ q[21] ^ q[22] ^ q[23];
    lane64 high = low ^ q[24] ^ q[25] ^ q[26] ^ q[27] ^ q[28] ^ q[29] ^ q[30] ^ q[31];
    out[0] = (high << 5 ^ q[16] >> 5 ^ m[0]) + (low ^ q[24] ^ q[0]);
    out[1] = (high >> 7 ^ q[17] << 8 ^ m[1]) + (low ^ q[25] ^ q[1]);
    out[2] = (high >> 5 ^ q[18] << 5 ^ m[2]) + (low ^ q[26] ^ q[2]);
    out[3] = (high >> 1 ^ q[19] << 5 ^ m[3]) + (low ^ q[27] ^ q[3]);
    out[4] = (high >> 3 ^ q[20] ^ m[4]) + (low ^ q[28] ^ q[4]);
    out[5] = (high << 6 ^ q[21] >> 6 ^ m[5]) + (low ^ q[29] ^ q[5]);
    out[6] = (high >> 4 ^ q[22] << 6 ^ m[6]) + (low ^ q[30] ^ q[6]);
    out[7] = (high >> 11 ^ q[23] << 2 ^ m[7]) + (low ^ q[31] ^ q[7]);
    out[8] = rotl(out[4], 9) + (high ^ q[24] ^ m[8]) + (low << 8 ^ q[23] ^ q[8]);
    out[9] = rotl(out[5], 10) + (high ^ q[25] ^ m[9]) + (low >> 6 ^ q[16] ^ q[9]);
    out[10] = rotl(out[6], 11) + (high ^ q[26] ^ m[10]) + (low << 6 ^ q[17] ^ q[10]);
    out[11] = rotl(out[7], 12) + (high ^ q[27] ^ m[11]) + (low << 4 ^ q[18] ^ q[11]);
    out[12] = rotl(out[0], 13) + (high ^ q[28] ^ m[12]) + (low >> 3 ^ q[19] ^ q[12]);
    out[13] = rotl(out[1], 14) + (high ^ q[29] ^ m[13]) + (low >> 4 ^ q[20] ^ q[13]);
    out[14] = rotl(out[2], 15) + (high ^ q[30] ^ m[14]) + (low >> 7 ^ q[21] ^ q[14]);
    out[15] = rotl(out[3], 16) + (high ^ q[31] ^ m[15]) + (low >> 2 ^ q[22] ^ q[15]);
}

FN void compress(lane64 out[16], const lane64 m[16], const lane64 h[16]) {
    lane64 q[32], e[16];
    spread(q, m, h);
    UNROLL for (int j = 0; j < 16; j++) e[j] = element(m, h, j);
    expand(q, e);
    collect(out, q, m);
}

// The double pipe before the message: the bytes 80, 81, ... ff in order.
FN void start(lane64 h[16]) {
    UNROLL for (int k = 0; k < 16; k++) h[k] = splat64(0x8081828384858687 + k * 0x0808080808080808);
}

// The last compression: the double pipe is the message and a constant is the double pipe.
FN void finish(const lane64 pipe[16], lane64 h[8]) {
    lane64 constant[16], out[16];
    UNROLL for (int k = 0; k < 16; k++) constant[k] = splat64(0xaaaaaaaaaaaaaaa0 + k);
    compress(out, pipe, constant);
    UNROLL for (int k = 0; k < 8; k++) h[k] = out[8 + k];
}

FN void pad(lane64 m[16], int words) {
    UNROLL for (int k = words; k < 16; k++) m[k] = splat64(0);
    m[words] = splat64(0x80);
    m[15] = splat64(64 * (u64)words);
}

// job: the first 10 words of the message, the nonce 0; the 16 words of Q by f0 with it; the 16 elements of f1 with it.
FN void prepare(const u32 header[20], u64 *job) {
    lane64 m[16], h[16], q[32];
    start(h);
    for (int k = 0; k < 10; k++) m[k] = splat64((u64)header[2 * k + 1] << 32 | header[2 * k]);
    m[9] &= (u64)0xffffffff;
    pad(m, 10);
    spread(q, m, h);
    for (int k = 0; k < 10; k++) job[k] = pick(m[k]);
    for (int k = 0; k < 16; k++) job[10 + k] = pick(q[k]), job[26 + k] = pick(element(m, h, k));
}

FN void first(const u64 *job, lane nonce, lane64 h[8]) {
    lane64 m[16], pipe[16], q[32], fresh[32], e[16];
    start(pipe);
    UNROLL for (int k = 0; k < 10; k++) m[k] = splat64(job[k]);
    m[9] |= join(splat(0), nonce);
    pad(m, 10);
    spread(fresh, m, pipe);
    UNROLL for (int k = 0; k < 16; k++) {
        // Word 9, which holds the nonce, is in these words of f0 and in these elements of f1.
        q[k] = k == 2 || k == 4 || k == 11 || k == 12 || k == 15 ? fresh[k] : splat64(job[10 + k]);
        e[k] = k == 9 || k == 6 || k == 15 ? element(m, pipe, k) : splat64(job[26 + k]);
    }
    expand(q, e);
    collect(pipe, q, m);
    finish(pipe, h);
}

FN void next(lane64 h[8]) {
    lane64 m[16], pipe[16], out[16];
    start(pipe);
    UNROLL for (int k = 0; k < 8; k++) m[k] = h[k];
    pad(m, 8);
    compress(out, m, pipe);
    finish(out, h);
}

}  // namespace bmw512
