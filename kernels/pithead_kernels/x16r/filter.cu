// The end of the chain: the hash is the first 256 bits of the last digest, a little-endian number.
#include "lane.h"

KERNEL(filter) {
    EACH(i, count) {
        report(out, start, i, count, high(fetch(state + (u64)3 * row(count) + i)), filter);
    }
}
