// SHA-512 (FIPS 180-4, section 6.4): 80 or 64 bytes and their padding are one block.
#pragma once
#include "lane.h"

namespace sha512 {

TABLE u64 IV[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
                   0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

TABLE u64 K[80] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
    0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
    0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
    0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
    0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
    0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
    0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
    0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
    0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
    0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
    0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
    0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
    0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817};

struct state {
    lane64 a, b, c, d, e, f, g, h;
};

FN lane64 sum0(lane64 x) { return rotr(x, 28) ^ rotr(x, 34) ^ rotr(x, 39); }
FN lane64 sum1(lane64 x) { return rotr(x, 14) ^ rotr(x, 18) ^ rotr(x, 41); }
FN lane64 sigma0(lane64 x) { return rotr(x, 1) ^ rotr(x, 8) ^ x >> 7; }
FN lane64 sigma1(lane64 x) { return rotr(x, 19) ^ rotr(x, 61) ^ x >> 6; }

FN void step(state &s, lane64 word, u64 constant) {
    lane64 t = s.h + sum1(s.e) + (s.g ^ (s.e & (s.f ^ s.g))) + (word + constant);
    lane64 d = s.d + t;
    s = {t + sum0(s.a) + majority(s.a, s.b, s.c), s.a, s.b, s.c, d, s.e, s.f, s.g};
}

// Rounds FROM ... 79; w holds the sixteen words of the message.
template <int FROM> FN void rounds(state &s, lane64 w[16]) {
    UNROLL for (int k = FROM; k < 16; k++) step(s, w[k], K[k]);
    for (int r = 16; r < 80; r += 16) {
        UNROLL for (int k = 0; k < 16; k++) {
            w[k] += sigma1(w[(k + 14) % 16]) + w[(k + 9) % 16] + sigma0(w[(k + 1) % 16]);
            step(s, w[k], K[r + k]);
        }
    }
}

FN state start() {
    return {splat64(IV[0]), splat64(IV[1]), splat64(IV[2]), splat64(IV[3]),
            splat64(IV[4]), splat64(IV[5]), splat64(IV[6]), splat64(IV[7])};
}

FN void finish(const state &s, lane64 h[8]) {
    const lane64 words[8] = {s.a, s.b, s.c, s.d, s.e, s.f, s.g, s.h};
    UNROLL for (int k = 0; k < 8; k++) h[k] = bswap(words[k] + IV[k]);
}

FN void pad(lane64 w[16], int words) {
    UNROLL for (int k = words; k < 16; k++) w[k] = splat64(0);
    w[words] = splat64((u64)1 << 63);
    w[15] = splat64(64 * (u64)words);
}

// job: 10 words of the message, the nonce 0; the state after the first 9 rounds.
FN void prepare(const u32 header[20], u64 *job) {
    lane64 w[10];
    state s = start();
    for (int k = 0; k < 10; k++) w[k] = bswap(splat64((u64)header[2 * k + 1] << 32 | header[2 * k]));
    w[9] &= (u64)0xffffffff << 32;
    for (int k = 0; k < 10; k++) job[k] = pick(w[k]);
    for (int k = 0; k < 9; k++) step(s, w[k], K[k]);
    const lane64 words[8] = {s.a, s.b, s.c, s.d, s.e, s.f, s.g, s.h};
    for (int k = 0; k < 8; k++) job[10 + k] = pick(words[k]);
}

FN void first(const u64 *job, lane nonce, lane64 h[8]) {
    lane64 w[16];
    UNROLL for (int k = 0; k < 10; k++) w[k] = splat64(job[k]);
    w[9] |= join(bswap(nonce), splat(0));
    pad(w, 10);
    state s = {splat64(job[10]), splat64(job[11]), splat64(job[12]), splat64(job[13]),
               splat64(job[14]), splat64(job[15]), splat64(job[16]), splat64(job[17])};
    rounds<9>(s, w);
    finish(s, h);
}

FN void next(lane64 h[8]) {
    lane64 w[16];
    UNROLL for (int k = 0; k < 8; k++) w[k] = bswap(h[k]);
    pad(w, 8);
    state s = start();
    rounds<0>(s, w);
    finish(s, h);
}

}  // namespace sha512
