// Shabal-512: "Shabal, a submission to NIST's cryptographic hash algorithm competition", 2008.
#pragma once
#include "lane.h"

namespace shabal512 {

// The state after the two blocks that spell the digest's length.
TABLE u32 INITIAL_A[12] = {
    0x20728dfd, 0x46c0bd53, 0xe782b699, 0x55304632, 0x71b4ef90, 0x0ea9e82c, 0xdbb930f1, 0xfad06b8b,
    0xbe0cae40, 0x8bd14410, 0x76d2adac, 0x28acab7f};
TABLE u32 INITIAL_B[16] = {
    0xc1099cb7, 0x07b385f3, 0xe7442c26, 0xcc8ad640, 0xeb6f56c7, 0x1ea81aa9, 0x73b9d314, 0x1de85d08,
    0x48910a5a, 0x893b22db, 0xc5a0df44, 0xbbc4324e, 0x72d2f240, 0x75941d99, 0x6d8bde82, 0xa1a7502b};
TABLE u32 INITIAL_C[16] = {
    0xd9bf68d1, 0x58bad750, 0x56028cb2, 0x8134f359, 0xb5d469d8, 0x941a8cc2, 0x418b2a6e, 0x04052780,
    0x7f07d787, 0x5194358f, 0x3c60d665, 0xbe97d79a, 0x950c3434, 0xaed9a06d, 0x2537dc8d, 0x7cdb5969};

struct State {
    lane a[12], b[16], c[16];
};

FN void permute(State &s, const lane m[16]) {
    UNROLL for (int k = 0; k < 16; k++) s.b[k] = rotl(s.b[k], 17);
    UNROLL for (int step = 0; step < 48; step++) {
        const int i = step % 16, k = step % 12;
        lane turned = rotl(s.a[(step + 11) % 12], 15);
        lane word = (turned + (turned << 2)) ^ s.a[k] ^ s.c[(24 - i) % 16];
        lane mixed = s.b[(i + 13) % 16] ^ (s.b[(i + 9) % 16] & ~s.b[(i + 6) % 16]);
        s.a[k] = (word + (word << 1)) ^ mixed ^ m[i];
        s.b[i] = ~(rotl(s.b[i], 1) ^ s.a[k]);
    }
    UNROLL for (int k = 0; k < 12; k++) s.a[k] += s.c[(k + 3) % 16] + s.c[(k + 15) % 16] + s.c[(k + 11) % 16];
}

// One block: add it to B, count it, permute, subtract it from C, swap B and C.
FN void absorb(State &s, const lane m[16], u32 counter) {
    UNROLL for (int k = 0; k < 16; k++) s.b[k] += m[k];
    s.a[0] ^= counter;
    permute(s, m);
    UNROLL for (int k = 0; k < 16; k++) {
        lane c = s.c[k] - m[k];
        s.c[k] = s.b[k];
        s.b[k] = c;
    }
}

// The last block, absorbed once and then three times more; the counter stands still.
FN void finish(State &s, const lane m[16], lane64 h[8]) {
    for (int r = 0; r < 4; r++) absorb(s, m, 2);
    UNROLL for (int k = 0; k < 8; k++) h[k] = join(s.c[2 * k], s.c[2 * k + 1]);
}

FN void start(State &s) {
    UNROLL for (int k = 0; k < 12; k++) s.a[k] = splat(INITIAL_A[k]);
    UNROLL for (int k = 0; k < 16; k++) {
        s.b[k] = splat(INITIAL_B[k]);
        s.c[k] = splat(INITIAL_C[k]);
    }
}

// job: the state after the first 64 bytes (22 words of 64 bits), then the rest of the message but the nonce (2).
FN void prepare(const u32 header[20], u64 *job) {
    State s;
    start(s);
    lane m[16];
    for (int k = 0; k < 16; k++) m[k] = splat(header[k]);
    absorb(s, m, 1);
    u32 words[48] = {};
    for (int k = 0; k < 12; k++) words[k] = pick(s.a[k]);
    for (int k = 0; k < 16; k++) {
        words[12 + k] = pick(s.b[k]);
        words[28 + k] = pick(s.c[k]);
    }
    for (int k = 0; k < 3; k++) words[44 + k] = header[16 + k];
    for (int k = 0; k < 24; k++) job[k] = (u64)words[2 * k + 1] << 32 | words[2 * k];
}

FN void first(const u64 *job, lane nonce, lane64 h[8]) {
    lane words[48];
    UNROLL for (int k = 0; k < 24; k++) {
        words[2 * k] = splat((u32)job[k]);
        words[2 * k + 1] = splat((u32)(job[k] >> 32));
    }
    State s;
    UNROLL for (int k = 0; k < 12; k++) s.a[k] = words[k];
    UNROLL for (int k = 0; k < 16; k++) {
        s.b[k] = words[12 + k];
        s.c[k] = words[28 + k];
    }
    lane m[16] = {words[44], words[45], words[46], nonce, splat(0x80)};
    finish(s, m, h);
}

FN void next(lane64 h[8]) {
    State s;
    start(s);
    lane m[16];
    UNROLL for (int k = 0; k < 8; k++) {
        m[2 * k] = low(h[k]);
        m[2 * k + 1] = high(h[k]);
    }
    absorb(s, m, 1);
    lane last[16] = {splat(0x80)};
    finish(s, last, h);
}

}  // namespace shabal512
