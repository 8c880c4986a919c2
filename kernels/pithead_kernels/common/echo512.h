// ECHO-512 (version 2, without salt): both messages fit one block of 128 bytes.
#pragma once
#include "block.h"

namespace echo512 {

// The first 64 bytes of Compress1024: 10 rounds on the state w, whose first eight words are the chaining value and the
// others the message; `bits` is the length of the message. Section 3.2.
FN void compress(block w[16], u32 bits, lane64 h[8]) {
    block feed[4];
    UNROLL for (int k = 0; k < 4; k++) feed[k] = w[k] ^ w[k + 8];
    block key = splat_block(bits, 0, 0, 0), salt = splat_block(0, 0, 0, 0);
    for (int r = 0; r < 10; r++) {
        UNROLL for (int k = 0; k < 16; k++) w[k] = aes(aes(w[k], count(key, k)), salt);
        key = count(key, 16);
        block shifted[16];
        UNROLL for (int k = 0; k < 16; k++) shifted[k] = w[(k + 4 * (k % 4)) % 16];
        UNROLL for (int k = 0; k < 16; k += 4) mix_columns::mix(shifted + k, w + k);
    }
    UNROLL for (int k = 0; k < 4; k++) {
        block x = feed[k] ^ w[k] ^ w[k + 8];
        h[2 * k] = low(x);
        h[2 * k + 1] = high(x);
    }
}

// The chaining value at the start: the digest's size in every word. Section 2.1.
FN void start(block w[16]) {
    UNROLL for (int k = 0; k < 8; k++) w[k] = splat_block(512, 0, 0, 0);
}

// job: the first 76 bytes of the header.
FN void prepare(const u32 header[20], u64 *job) {
    for (int k = 0; k < 10; k++) job[k] = (u64)header[2 * k + 1] << 32 | header[2 * k];
}

FN void first(const u64 *job, lane nonce, lane64 h[8]) {
    block w[16];
    start(w);
    UNROLL for (int k = 0; k < 4; k++) w[8 + k] = join(splat64(job[2 * k]), splat64(job[2 * k + 1]));
    w[12] = join(splat64(job[8]), join(splat((u32)job[9]), nonce));
    w[13] = splat_block(0x80, 0, 0, 0);
    w[14] = splat_block(0, 0, 0, 512u << 16);
    w[15] = splat_block(640, 0, 0, 0);
    compress(w, 640, h);
}

FN void next(lane64 h[8]) {
    block w[16];
    start(w);
    UNROLL for (int k = 0; k < 4; k++) w[8 + k] = join(h[2 * k], h[2 * k + 1]);
    w[12] = splat_block(0x80, 0, 0, 0);
    w[13] = splat_block(0, 0, 0, 0);
    w[14] = splat_block(0, 0, 0, 512u << 16);
    w[15] = splat_block(512, 0, 0, 0);
    compress(w, 512, h);
}

}  // namespace echo512
