// SHAvite-3-512 (tweaked version, 2009, without salt): both messages fit one block of 128 bytes.
#pragma once
#include "block.h"

namespace shavite512 {

// F4: four rounds of AES, a key before each of them; `onto` is added to the result. Section 3.2.1.
FN block feed(const block &onto, const block &half, const block key[4]) {
    block x = aes(half ^ key[0], key[1]);
    return aes(aes(aes(x, key[2]), key[3]), onto);
}

// The next eight subkeys from the last eight, with AES and four times with the counter of bits. Section 3.2.2.
FN void expand_by_aes(block key[8], u32 pair, u32 bits) {
    UNROLL for (int k = 0; k < 8; k++) {
        key[k] = aes(slide(key[k], key[k]), key[(k + 7) % 8]);
        if (k == 0 && pair == 0) key[k] = key[k] ^ splat_block(bits, 0, 0, ~0u);
        if (k == 1 && pair == 2) key[k] = key[k] ^ splat_block(0, 0, 0, ~bits);
        if (k == 7 && pair == 4) key[k] = key[k] ^ splat_block(0, 0, bits, ~0u);
        if (k == 6 && pair == 6) key[k] = key[k] ^ splat_block(0, bits, 0, ~0u);
    }
}
// The next eight without AES.
FN void expand(block key[8]) {
    UNROLL for (int k = 0; k < 8; k++) key[k] = key[k] ^ slide(key[(k + 6) % 8], key[(k + 7) % 8]);
}

FN void round(block p[4], const block key[8]) {
    block a = feed(p[0], p[1], key), c = feed(p[2], p[3], key + 4);
    p[0] = p[3];
    p[3] = c;
    p[2] = p[1];
    p[1] = a;
}

// The digest of the one block in `key`, of which `bits` are the message. Section 3.2.
FN void compress(block key[8], u32 bits, lane64 h[8]) {
    const block initial[4] = {splat_block(0x72fccdd8, 0x79ca4727, 0x128a077b, 0x40d55aec),
                              splat_block(0xd1901a06, 0x430ae307, 0xb29f5cd1, 0xdf07fbfc),
                              splat_block(0x8e45d73d, 0x681ab538, 0xbde86578, 0xdd577e47),
                              splat_block(0xe275eade, 0x502d9fcd, 0xb9357178, 0x022a4b9a)};
    block p[4];
    UNROLL for (int k = 0; k < 4; k++) p[k] = initial[k];
    round(p, key);
    for (u32 pair = 0;; pair++) {
        expand_by_aes(key, pair, bits);
        round(p, key);
        if (pair == 6) break;
        expand(key);
        round(p, key);
    }
    UNROLL for (int k = 0; k < 4; k++) {
        block x = initial[k] ^ p[k];
        h[2 * k] = low(x);
        h[2 * k + 1] = high(x);
    }
}

// job: the first 76 bytes of the header.
FN void prepare(const u32 header[20], u64 *job) {
    for (int k = 0; k < 10; k++) job[k] = (u64)header[2 * k + 1] << 32 | header[2 * k];
}

FN void first(const u64 *job, lane nonce, lane64 h[8]) {
    block m[8];
    UNROLL for (int k = 0; k < 4; k++) m[k] = join(splat64(job[2 * k]), splat64(job[2 * k + 1]));
    m[4] = join(splat64(job[8]), join(splat((u32)job[9]), nonce));
    m[5] = splat_block(0x80, 0, 0, 0);
    m[6] = splat_block(0, 0, 0, 640u << 16);
    m[7] = splat_block(0, 0, 0, 512u << 16);
    compress(m, 640, h);
}

FN void next(lane64 h[8]) {
    block m[8];
    UNROLL for (int k = 0; k < 4; k++) m[k] = join(h[2 * k], h[2 * k + 1]);
    m[4] = splat_block(0x80, 0, 0, 0);
    m[5] = splat_block(0, 0, 0, 0);
    m[6] = splat_block(0, 0, 0, 512u << 16);
    m[7] = splat_block(0, 0, 0, 512u << 16);
    compress(m, 512, h);
}

}  // namespace shavite512
