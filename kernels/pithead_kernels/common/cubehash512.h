// CubeHash160+16/32+160-512: CubeHash specification (2.B.1), 2009.
#pragma once
#include "lane.h"

namespace cubehash512 {

// The state after the initial rounds, a constant of the parameters.
TABLE u32 INITIAL[32] = {
    0x2aea2a61, 0x50f494d4, 0x2d538b8b, 0x4167d83e, 0x3fee2313, 0xc701cf8c, 0xcc39968e, 0x50ac5695,
    0x4d42c787, 0xa647a8b3, 0x97cf0bef, 0x825b4537, 0xeef864d2, 0xf22090c4, 0xd0e5cd33, 0xa23911ae,
    0xfcd398d9, 0x148fe485, 0x1b017bef, 0xb6444532, 0x6a536159, 0x2ff5781c, 0x91fa7934, 0x0dbadea9,
    0xd65c8a2b, 0xa5a70e75, 0xb1c62456, 0xbc796576, 0x1921c8f7, 0xe7989af1, 0x7795d246, 0xd43e3b44};

// Half a round on x[k ^ low] and x[16 + (k ^ high)]: swaps of words are changes of the masks, undone by two rounds.
FN void half_round(lane x[32], int turn, int low, int swapped, int high) {
    UNROLL for (int k = 0; k < 16; k++) x[16 + (k ^ high)] += x[k ^ low];
    UNROLL for (int k = 0; k < 16; k++) x[k] = rotl(x[k], turn);
    UNROLL for (int k = 0; k < 16; k++) x[k ^ swapped] ^= x[16 + (k ^ high)];
}

FN void two_rounds(lane x[32]) {
    half_round(x, 7, 0, 8, 0);
    half_round(x, 11, 8, 12, 2);
    half_round(x, 7, 12, 4, 3);
    half_round(x, 11, 4, 0, 1);
}

FN void rounds(lane x[32], int count) {
    for (int r = 0; r < count; r += 2) two_rounds(x);
}

FN void finish(lane x[32], lane64 h[8]) {
    rounds(x, 16);
    x[31] ^= (u32)1;
    rounds(x, 160);
    UNROLL for (int k = 0; k < 8; k++) h[k] = join(x[2 * k], x[2 * k + 1]);
}

// job: the state after the first 64 bytes with the rest of the message but the nonce added, two words in one.
FN void prepare(const u32 header[20], u64 *job) {
    lane x[32];
    for (int k = 0; k < 32; k++) x[k] = splat(INITIAL[k]);
    for (int block = 0; block < 2; block++) {
        for (int k = 0; k < 8; k++) x[k] ^= header[8 * block + k];
        rounds(x, 16);
    }
    for (int k = 0; k < 3; k++) x[k] ^= header[16 + k];
    x[4] ^= (u32)0x80;
    for (int k = 0; k < 16; k++) job[k] = (u64)pick(x[2 * k + 1]) << 32 | pick(x[2 * k]);
}

FN void first(const u64 *job, lane nonce, lane64 h[8]) {
    lane x[32];
    UNROLL for (int k = 0; k < 16; k++) {
        x[2 * k] = splat((u32)job[k]);
        x[2 * k + 1] = splat((u32)(job[k] >> 32));
    }
    x[3] ^= nonce;
    finish(x, h);
}

FN void next(lane64 h[8]) {
    lane x[32];
    UNROLL for (int k = 0; k < 32; k++) x[k] = splat(INITIAL[k]);
    UNROLL for (int block = 0; block < 2; block++) {
        UNROLL for (int k = 0; k < 4; k++) {
            x[2 * k] ^= low(h[4 * block + k]);
            x[2 * k + 1] ^= high(h[4 * block + k]);
        }
        rounds(x, 16);
    }
    x[0] ^= (u32)0x80;
    finish(x, h);
}

}  // namespace cubehash512
