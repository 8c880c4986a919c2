// The vocabulary of independent nonces: one `lane` holds one u32 of each nonce that is worked on together.
// On the GPU a thread works on one nonce and a lane is a u32; on the host a lane is a vector of LANES u32.
// The headers of the vocabulary (this one, block.h, bytes.h, linear.h, substitute.h) hold the only #ifdefs: a hash is written
// once, over them.
#pragma once

#if defined(__CUDACC_RTC__)

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef u32 lane;
typedef u64 lane64;
#define LANES 1
#define FN __device__ __forceinline__
#define UNROLL _Pragma("unroll")
#define ROLLED _Pragma("unroll 1")
#define TABLE static __device__ const

// A kernel: every entry point has the same arguments, see docs/architecture.md.
#define KERNEL(name)                                                                                            \
    extern "C" __global__ void name(const u64 *__restrict__ job, u32 start, u32 count, u32 filter,              \
                                    u64 *__restrict__ state, u32 *__restrict__ out)
// What is constant over a job is computed by the host build alone; here it is parsed and never instantiated.
#define PREPARE(name) template <int> __device__ void name(const u32 *header, u64 *job)
#define EACH(i, count) if (u32 i = blockIdx.x * blockDim.x + threadIdx.x; i < (count))

FN lane splat(u32 x) { return x; }
FN lane64 splat64(u64 x) { return x; }
FN lane iota(u32 base) { return base; }
FN u32 pick(lane x) { return x; }
FN u64 pick(lane64 x) { return x; }
FN lane low(lane64 x) { return (u32)x; }
FN lane high(lane64 x) { return (u32)(x >> 32); }
FN lane64 join(lane lo, lane hi) { return (u64)hi << 32 | lo; }
FN lane bswap(lane x) { return __byte_perm(x, 0, 0x0123); }
FN lane64 bswap(lane64 x) { return join(bswap(high(x)), bswap(low(x))); }
FN lane64 gather(const u64 *table, lane64 index) { return __ldg(table + index); }
template <class V, class F> FN V bitwise(F function, V a, V b, V c) { return function(a, b, c); }
template <int BITS> FN lane exchange_half(lane x) {
    if (BITS == 8) return __byte_perm(x, 0, 0x2301);
    if (BITS == 16) return __byte_perm(x, 0, 0x1032);
    constexpr u32 even = ~0u / ((1u << BITS % 16) + 1);
    return (x >> BITS & even) | (x << BITS & ~even);
}
// Swaps neighbouring groups of BITS bits: 1, 2, 4, ... 32.
template <int BITS> FN lane64 exchange(lane64 x) {
    if constexpr (BITS == 32) return join(high(x), low(x));
    else return join(exchange_half<BITS>(low(x)), exchange_half<BITS>(high(x)));
}
FN lane64 fetch(const u64 *at) { return *at; }
FN void put(u64 *at, lane64 x) { *at = x; }

#else

#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX2__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif
// Bytes of a host vector that one nonce takes: 8 for code on u64, 4 on u32, 2 on u32 with little state, 1 for byte slices.
#ifndef LANE_BYTES
#define LANE_BYTES 4
#endif
#define LANES (VECTOR_BYTES / LANE_BYTES)

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
typedef u32 lane __attribute__((vector_size(4 * LANES)));
typedef u64 lane64 __attribute__((vector_size(8 * LANES)));
#define FN static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 128")
#define ROLLED _Pragma("GCC unroll 1")
#define TABLE static const

#define KERNEL(name)                                                                                            \
    extern "C" void name(const u64 *__restrict__ job, u32 start, u32 count, u32 filter, u64 *__restrict__ state, \
                         u32 *__restrict__ out)
#define PREPARE(name) extern "C" void name(const u32 *header, u64 *job)
#define EACH(i, count) for (u32 i = 0; i < (count); i += LANES)

FN lane splat(u32 x) { return x - (lane){}; }
FN lane64 splat64(u64 x) { return x - (lane64){}; }
FN lane iota(u32 base) {
    lane r;
    for (u32 k = 0; k < LANES; k++) r[k] = base + k;
    return r;
}
FN u32 pick(lane x) { return x[0]; }
FN u64 pick(lane64 x) { return x[0]; }
FN lane low(lane64 x) { return __builtin_convertvector(x, lane); }
FN lane high(lane64 x) { return __builtin_convertvector(x >> 32, lane); }
FN lane64 join(lane lo, lane hi) {
    return __builtin_convertvector(hi, lane64) << 32 | __builtin_convertvector(lo, lane64);
}

// The machine registers that hold a vector. GCC splits vectors wider than a register well for arithmetic, but shuffles
// them byte by byte: whatever moves bytes goes register by register, and so does what GCC has no operator for.
template <class V> struct registers {
    static constexpr int SIZE = sizeof(V) < VECTOR_BYTES ? sizeof(V) : VECTOR_BYTES;
    typedef u8 bytes __attribute__((vector_size(SIZE)));
    bytes part[sizeof(V) / SIZE];
};
// Byte k of the result is byte k ^ FLIP of x; FLIP < 8.
template <int FLIP, class V> FN V flip_bytes(V x) {
    auto r = __builtin_bit_cast(registers<V>, x);
    typename registers<V>::bytes order;
    for (u32 k = 0; k < sizeof order; k++) order[k] = k ^ FLIP;
    UNROLL for (auto &part : r.part) part = __builtin_shuffle(part, order);
    return __builtin_bit_cast(V, r);
}
FN lane bswap(lane x) { return flip_bytes<3>(x); }
FN lane64 bswap(lane64 x) { return flip_bytes<7>(x); }
#if defined(__AVX512F__)
typedef long long zmm __attribute__((vector_size(64)));
struct zmms {
    zmm part[sizeof(lane64) / 64];
};
FN lane64 gather(const u64 *table, lane64 index) {
    auto r = __builtin_bit_cast(zmms, index);
    UNROLL for (zmm &x : r.part) x = __builtin_ia32_gatherdiv8di(zmm{}, (const long long *)table, x, 255, 8);
    return __builtin_bit_cast(lane64, r);
}
// Any bitwise function of three words is one instruction, which GCC misses where there are more than two operators:
// its truth table is the function itself, applied to the three columns of a table's inputs.
template <class V, class F> FN V bitwise(F function, V a, V b, V c) {
    if constexpr (sizeof(V) % 64) {
        return function(a, b, c);
    } else {
        constexpr int TRUTH = function(0xf0, 0xcc, 0xaa) & 0xff;
        struct {
            zmm part[sizeof(V) / 64];
        } r, s, t;
        memcpy(&r, &a, sizeof r);
        memcpy(&s, &b, sizeof s);
        memcpy(&t, &c, sizeof t);
        UNROLL for (u32 k = 0; k < sizeof r / 64; k++)
            r.part[k] = __builtin_ia32_pternlogq512_mask(r.part[k], s.part[k], t.part[k], TRUTH, 255);
        return __builtin_bit_cast(V, r);
    }
}
#else
FN lane64 gather(const u64 *table, lane64 index) {
    lane64 r;
    ROLLED for (u32 k = 0; k < LANES; k++) r[k] = table[index[k]];
    return r;
}
template <class V, class F> FN V bitwise(F function, V a, V b, V c) { return function(a, b, c); }
#endif
// Swaps neighbouring groups of BITS bits: 1, 2, 4, ... 32.
template <int BITS> FN lane64 exchange(lane64 x) {
    if constexpr (BITS >= 8) {
        return flip_bytes<BITS / 8>(x);
    } else {
#if defined(__GFNI__) && defined(__AVX512BW__)
        typedef char bytes __attribute__((vector_size(64)));
        u64 matrix = 0;
        for (int k = 0; k < 8; k++) matrix |= (u64)1 << (8 * (7 - k) + (k ^ BITS));
        auto r = __builtin_bit_cast(zmms, x);
        const bytes rows = (bytes)((long long)matrix - zmm{});
        UNROLL for (zmm &y : r.part) y = (zmm)__builtin_ia32_vgf2p8affineqb_v64qi((bytes)y, rows, 0);
        return __builtin_bit_cast(lane64, r);
#else
        constexpr u64 EVEN = ~(u64)0 / (((u64)1 << BITS) + 1);
        lane64 up = x << BITS;
        return up ^ ((up ^ x >> BITS) & EVEN);
#endif
    }
}
FN lane64 fetch(const u64 *at) {
    lane64 r;
    memcpy(&r, at, sizeof r);
    return r;
}
FN void put(u64 *at, lane64 x) { memcpy(at, &x, sizeof x); }

#endif

// By 1 to one bit less than the word; by 0 would shift by the whole word, which is undefined.
template <class V> FN V rotl(V x, int n) { return x << n | x >> (8 * (int)sizeof(pick(x)) - n); }
template <class V> FN V rotr(V x, int n) { return x >> n | x << (8 * (int)sizeof(pick(x)) - n); }
template <class V> FN V majority(V a, V b, V c) {
    return bitwise([](auto x, auto y, auto z) { return (x & y) | (z & (x | y)); }, a, b, c);
}

// The state array between chained kernels: 8 words of 64 bits a nonce, word-major, a row padded to 64 nonces.
FN u32 row(u32 count) { return (count + 63u) & ~63u; }
FN void load(const u64 *state, u32 count, u32 i, lane64 h[8]) {
    UNROLL for (int k = 0; k < 8; k++) h[k] = fetch(state + (u64)k * row(count) + i);
}
FN void store(u64 *state, u32 count, u32 i, const lane64 h[8]) {
    UNROLL for (int k = 0; k < 8; k++) put(state + (u64)k * row(count) + i, h[k]);
}

// Candidates: out[0] counts them, out[1..FOUND_MAX] holds the first of them.
#define FOUND_MAX 15
FN void report(u32 *out, u32 start, u32 i, u32 count, lane top, u32 filter) {
#if defined(__CUDACC_RTC__)
    if (top <= filter) {
        u32 k = atomicAdd(out, 1u);
        if (k < FOUND_MAX) out[1 + k] = start + i;
    }
#else
    for (u32 k = 0; k < LANES && i + k < count; k++)
        if (top[k] <= filter) {
            if (out[0] < FOUND_MAX) out[1 + out[0]] = start + i + k;
            out[0]++;
        }
#endif
}
