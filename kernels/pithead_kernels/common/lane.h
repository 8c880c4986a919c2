// The vocabulary of independent nonces: one `lane` holds one u32 of each nonce that is worked on together.
// On the GPU a thread works on one nonce and a lane is a u32; on the host a lane is a vector of LANES u32.
// This header, group.h and bytes.h hold the only #ifdefs: a hash is written once, over this vocabulary.
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
// Bytes of a host vector that one nonce takes: 8 for code on u64, 4 for code on u32, 2 for u32 code with little state.
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
FN lane bswap(lane x) { return x >> 24 | (x >> 8 & 0xff00u) | (x << 8 & 0xff0000u) | x << 24; }
FN lane64 bswap(lane64 x) { return join(bswap(high(x)), bswap(low(x))); }
FN lane64 fetch(const u64 *at) {
    lane64 r;
    memcpy(&r, at, sizeof r);
    return r;
}
FN void put(u64 *at, lane64 x) { memcpy(at, &x, sizeof x); }

#endif

template <class V> FN V rotl(V x, int n) { return x << n | x >> (8 * (int)sizeof(pick(x)) - n); }
template <class V> FN V rotr(V x, int n) { return x >> n | x << (8 * (int)sizeof(pick(x)) - n); }

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
