// SHA-256 TIMES times over (2 to 4): the hash is the last digest, a little-endian number.
#include "sha256.h"

PREPARE(search_prepare) { sha256::prepare(header, job); }

// All digests after the first by one copy of the code: two do not fit where a processor keeps decoded instructions.
FN void digest(const u64 *job, lane nonce, lane h[8]) {
    sha256::first(job, nonce, h);
    for (int k = 1; k < TIMES; k++) sha256::again(h);
}

FN lane last_word(const u64 *job, lane nonce) {
    lane h[8];
    if (TIMES > 2) {
        digest(job, nonce, h);
        return h[7];
    }
    sha256::first(job, nonce, h);
    return sha256::again_last(h);
}

KERNEL(search) {
    EACH(i, count) {
        report(out, start, i, count, bswap(last_word(job, iota(start + i))), filter);
    }
}

KERNEL(search_digest) {
    EACH(i, count) {
        lane h[8];
        lane64 hash[8] = {};
        digest(job, iota(start + i), h);
        UNROLL for (int k = 0; k < 4; k++) hash[k] = join(bswap(h[2 * k]), bswap(h[2 * k + 1]));
        store(state, count, i, hash);
    }
}
