// Groestl-512 (tweaked version, 2011): both messages fit one block of 128 bytes.
#pragma once
#include "bytes.h"

namespace groestl512 {

// MixBytes, circ(2, 2, 3, 4, 5, 3, 5, 7): what is taken four, two and one times, section 3.4.5.
struct mix_bytes {
    typedef aes_box box;
    template <class B> static constexpr void mix(const B a[8], B b[8]) {
        B pair[8] = {}, once[8] = {};
        UNROLL for (int i = 0; i < 8; i++) pair[i] = a[i] ^ a[(i + 1) % 8];
        UNROLL for (int i = 0; i < 8; i++) once[i] = sum(pair[i], pair[(i + 2) % 8], a[(i + 6) % 8]);
        UNROLL for (int i = 0; i < 8; i++)
            b[i] = sum(times<0x11b, 4>(pair[(i + 3) % 8] ^ pair[(i + 6) % 8]), times<0x11b, 2>(once[(i + 7) % 8]),
                       once[(i + 4) % 8]);
    }
};

// A round of the permutation P, or Q: AddRoundConstant, SubBytes, ShiftBytesWide, MixBytes. Section 3.4.
template <bool Q> STEP void round(const bytes8 s[16], bytes8 t[16], u32 number) {
    constexpr int SHIFT[8] = {Q ? 1 : 0, Q ? 3 : 1, Q ? 5 : 2, Q ? 11 : 3, Q ? 0 : 4, Q ? 2 : 5, Q ? 4 : 6, Q ? 6 : 11};
    UNROLL for (int j = 0; j < 16; j++)
        t[j] = mixed<mix_bytes>([&](int i) {
            const int column = (j + SHIFT[i]) % 16;
            const bytes8 x = Q ? s[column] ^ splat_bytes(~(u64)0) : s[column];
            return i == (Q ? 7 : 0) ? add(x, i, column << 4 ^ number) : x;
        });
}
template <bool Q> FN void permute(bytes8 s[16]) {
    bytes8 t[16];
    for (u32 number = 0; number < 14; number += 2) {
        round<Q>(s, t, number);
        round<Q>(t, s, number + 1);
    }
}

// The digest of the one block m. The initial value is 512 in the last two bytes, big-endian.
FN void digest(const bytes8 m[16], lane64 h[8]) {
    bytes8 p[16], q[16];
    UNROLL for (int j = 0; j < 16; j++) p[j] = q[j] = m[j];
    p[15] = add(p[15], 6, 2);
    permute<false>(p);
    permute<true>(q);
    UNROLL for (int j = 0; j < 16; j++) p[j] = q[j] = p[j] ^ q[j];
    p[15] = q[15] = add(p[15], 6, 2);
    permute<false>(p);
    UNROLL for (int j = 0; j < 8; j++) h[j] = pack(p[j + 8] ^ q[j + 8]);
}

// job: the first 76 bytes of the header.
FN void prepare(const u32 header[20], u64 *job) {
    for (int k = 0; k < 10; k++) job[k] = (u64)header[2 * k + 1] << 32 | header[2 * k];
}

FN void first(const u64 *job, lane nonce, lane64 h[8]) {
    bytes8 m[16];
    UNROLL for (int j = 0; j < 9; j++) m[j] = fetch_bytes(job + j);
    m[9] = unpack(join(splat((u32)job[9]), nonce));
    m[10] = splat_bytes(0x80);
    UNROLL for (int j = 11; j < 15; j++) m[j] = splat_bytes(0);
    m[15] = splat_bytes((u64)1 << 56);
    digest(m, h);
}

FN void next(lane64 h[8]) {
    bytes8 m[16];
    UNROLL for (int j = 0; j < 8; j++) m[j] = unpack(h[j]);
    m[8] = splat_bytes(0x80);
    UNROLL for (int j = 9; j < 15; j++) m[j] = splat_bytes(0);
    m[15] = splat_bytes((u64)1 << 56);
    digest(m, h);
}

}  // namespace groestl512
