// SHA-256 (FIPS 180-4) of an 80-byte header, and again of its digest, as often as an algorithm asks.
// All that does not depend on the nonce is computed once per job: the state after the first block and after the three
// rounds before the nonce's word, and the parts of the message schedule that the nonce does not reach.
#pragma once
#include "lane.h"

namespace sha256 {

TABLE u32 IV[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
TABLE u32 K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// Section 4.1.2.
FN lane Sigma0(lane x) { return rotr(x, 2) ^ rotr(x, 13) ^ rotr(x, 22); }
FN lane Sigma1(lane x) { return rotr(x, 6) ^ rotr(x, 11) ^ rotr(x, 25); }
FN lane sigma0(lane x) { return rotr(x, 7) ^ rotr(x, 18) ^ x >> 3; }
FN lane sigma1(lane x) { return rotr(x, 17) ^ rotr(x, 19) ^ x >> 10; }
FN lane Ch(lane x, lane y, lane z) { return z ^ (x & (y ^ z)); }
FN lane Maj(lane x, lane y, lane z) { return majority(x, y, z); }

// Round t with K[t] + W[t]. The working variables turn through s instead of moving: before round t, s[-t & 7] is a.
FN void round(lane s[8], int t, lane kw) {
    const int a = -t & 7, b = (1 - t) & 7, c = (2 - t) & 7, d = (3 - t) & 7;
    const int e = (4 - t) & 7, f = (5 - t) & 7, g = (6 - t) & 7, h = (7 - t) & 7;
    const lane known = s[h] + kw, ch = Ch(s[e], s[f], s[g]), sigma = Sigma1(s[e]), t1 = known + ch + sigma;
    // A vector unit waits for results more than for room: there e takes its own way through one more addition.
    s[d] = LANES > 1 ? s[d] + known + ch + sigma : s[d] + t1;
    s[h] = t1 + Maj(s[a], s[b], s[c]) + Sigma0(s[a]);
}

// W[t] in place of W[t - 16].
FN lane expand(lane w[16], int t) {
    return w[t & 15] += sigma0(w[(t + 1) & 15]) + w[(t + 9) & 15] + sigma1(w[(t + 14) & 15]);
}

FN void sixteen_rounds(lane s[8], lane w[16], int t) {
    UNROLL for (int k = 0; k < 16; k++) round(s, k, splat(K[t + k]) + expand(w, k));
}

// Rounds [from, to), from a multiple of 16 and at least 16. On the host their code is short, or the whole would not
// fit where a CPU keeps decoded instructions; on the GPU they are written out, which makes the constants free.
FN void rounds(lane s[8], lane w[16], int from, int to) {
    const int whole = to / 16 * 16;
    if (LANES > 1) {
        ROLLED for (int t = from; t < whole; t += 16) sixteen_rounds(s, w, t);
    } else {
        UNROLL for (int t = from; t < whole; t += 16) sixteen_rounds(s, w, t);
    }
    UNROLL for (int k = 0; k < 16; k++)
        if (whole + k < to) round(s, k, splat(K[whole + k]) + expand(w, k));
}

// What a job holds, one u32 in each u64.
enum {
    MIDSTATE = 0,  // the hash value after the first block
    AFTER = 8,     // the working state after round 3, the nonce still to be added to a and e
    W16 = 16,      // message words and parts of them that the nonce does not reach
    W17,
    W18,
    W19,
    W31
};

FN void keep(u64 *job, int k, lane x) { job[k] = pick(x); }

FN void prepare(const u32 header[20], u64 *job) {
    lane w[20], block[16], s[8];
    for (int k = 0; k < 20; k++) w[k] = bswap(splat(header[k]));
    for (int k = 0; k < 16; k++) block[k] = w[k];
    for (int k = 0; k < 8; k++) s[k] = splat(IV[k]);
    for (int t = 0; t < 64; t++) round(s, t, splat(K[t]) + (t < 16 ? block[t] : expand(block, t)));
    for (int k = 0; k < 8; k++) keep(job, MIDSTATE + k, s[k] += splat(IV[k]));
    for (int t = 0; t < 4; t++) round(s, t, t < 3 ? splat(K[t]) + w[16 + t] : splat(K[t]));
    for (int k = 0; k < 8; k++) keep(job, AFTER + k, s[k]);
    const lane w16 = w[16] + sigma0(w[17]), w17 = w[17] + sigma0(w[18]) + sigma1(splat(640));
    keep(job, W16, w16);
    keep(job, W17, w17);
    keep(job, W18, w[18] + sigma1(w16));
    keep(job, W19, sigma0(splat(0x80000000)) + sigma1(w17));
    keep(job, W31, splat(640) + sigma0(w16));
}

FN lane constant(const u64 *job, int k) { return splat((u32)job[k]); }

// The digest of the header, as 8 big-endian words.
FN void first(const u64 *job, lane nonce_le, lane h[8]) {
    const lane nonce = bswap(nonce_le);
    lane s[8], w[16];
    UNROLL for (int k = 0; k < 8; k++) s[k] = constant(job, AFTER + k);
    s[-4 & 7] += nonce;       // a
    s[(4 - 4) & 7] += nonce;  // e
    UNROLL for (int t = 4; t < 16; t++) round(s, t, splat(K[t] + (t == 4 ? 0x80000000u : t == 15 ? 640u : 0u)));
    w[0] = constant(job, W16);
    w[1] = constant(job, W17);
    w[2] = constant(job, W18) + sigma0(nonce);
    w[3] = constant(job, W19) + nonce;
    w[4] = splat(0x80000000u) + sigma1(w[2]);
    w[5] = sigma1(w[3]);
    w[6] = splat(640u) + sigma1(w[4]);
    UNROLL for (int k = 7; k < 14; k++) w[k] = w[k - 7] + sigma1(w[k - 2]);
    w[14] = sigma0(splat(640)) + w[7] + sigma1(w[12]);
    w[15] = constant(job, W31) + w[8] + sigma1(w[13]);
    UNROLL for (int t = 16; t < 32; t++) round(s, t, splat(K[t]) + w[t & 15]);
    rounds(s, w, 32, 64);
    UNROLL for (int k = 0; k < 8; k++) h[k] = s[k] + constant(job, MIDSTATE + k);
}

// Rounds [0, to) over a 32-byte message, the last digest.
FN void digest_rounds(const lane h[8], lane s[8], int to) {
    lane w[16];
    UNROLL for (int k = 0; k < 8; k++) s[k] = splat(IV[k]);
    UNROLL for (int k = 0; k < 16; k++) w[k] = k < 8 ? h[k] : splat(k == 8 ? 0x80000000 : k == 15 ? 256 : 0);
    UNROLL for (int t = 0; t < 16; t++) round(s, t, splat(K[t]) + w[t]);
    rounds(s, w, 16, to);
}

// h becomes the digest of h.
FN void again(lane h[8]) {
    lane s[8];
    digest_rounds(h, s, 64);
    UNROLL for (int k = 0; k < 8; k++) h[k] = s[k] + splat(IV[k]);
}

// The last word of the digest of h alone: after round 60 it is e, which the last three rounds only move to h.
FN lane again_last(const lane h[8]) {
    lane s[8];
    digest_rounds(h, s, 61);
    return s[(4 - 61) & 7] + splat(IV[7]);
}

}  // namespace sha256
