"""Hamsi-512: O. Kucuk, "The hash function Hamsi", submission to NIST, version of 14 September 2009."""

MASK = 2**32 - 1
ROUNDS, FINAL_ROUNDS = 6, 12

S_BOX = (8, 6, 7, 9, 3, 12, 10, 15, 13, 1, 14, 4, 0, 11, 5, 2)
"""S2 of Serpent; the first of its four words holds the least significant bits."""

INITIAL = [
    int.from_bytes(b"steelpark Arenberg 10, bus 2446, B-3001 Leuven-Heverlee, Belgium"[4 * k : 4 * k + 4], "big")
    for k in range(16)
]
"""The end of the author's address."""

CODE = """
ef0b02703afd00005dae0000694900009b0f3c064405b5f966140a51924f5d0a
c96b0030e72500002f840000264f000008695bf96dfcf137509f69849e69af68
145a3c00b9e9000061270000f1610000ce613d6cb0493d7847a96720e18e24c5
23671400c8b90000f4c70000fb75000073cd2465f8a6a54902c40a3fdc24e61f
54285c00eaed0000c5d60000a1c50000b3a2677094a5c4e16bb0419d551b3782
9cbb1800b0d3000092510000ed930000593a4345e114d5f4430633da78cace29
29449c0064e70000f24b0000c2f300000ede4e8f56c23745f3e042598d0d9ec4
466d0c0008620000dd5d0000badd00006a927942441f2b93218ace6fbf2c0be2
f68000053443c000240700008f3d000021373bfb0ab8d5aecdc58b19d795ba31
a67f00017137800019fc000096db00003a8b6dfdebcaaef32c6d478fac8e6c88
f7750009cf3cc000c3d6000004920000029519a9f8e836ba7a87f14e9e16981a
d46a00008dc8c000a5af00004a290000fc4e427ac9b4866c98369604f746c320
774400f0f15a0000f5b200003414000089377e8c5a8bec250bc3cd1ecf3775cb
f46c00509618000014a50000031f000042947eb866bf7e199ca470d28a341574
e88701709d72000012db0000d4220000f2886b27a921e5434ef8b518618813b1
b43700600c4c000056c200005cae000094541f3f3b3ef8251b365f3df3d45758
0c72000049e50f00427900005cea000033aa301a1582251495a34b7bb44b0090
fe220000a758050025d10000f7600000893178da1fd4f8604ed0a315a123ff9f
45180000a5b51700f96a00003b4800001ecc142c231395d616bca6b0df33f4df
b83d000016710600379a0000f5b10000228161acae48f14566241616c5c1eb3e
75a40000c28b270094a4000090f50000fb7857e049ce0bae1767c483aedf667e
d16600001bbc03009eec0000f694000003024527cf70fcf2b4431b17857f3c2b
75c900030e10c000d1200000baea00008bc42f3e8758b757bb28761d00b72e2b
eecf00016f564000f33e0000a79e0000bdb57219b711ebc54a3b40bafeabf254
867900003f390002e19ae000985600009565670e4e88c8ead3dd4944161ddab9
30b70000e5d00000f4f4600042c4000063b83d6a78ba946021afa1eab0a51834
1419000023ca003c50df000044b600001b6c67b03cf3ac7561e610b0dbcadb80
e34300003a4e0014f2c60000aa4e0000db1e42a6256bbe15123db1563a4e99d7
545000000671005c25ae00006a1e00002ea54edf664e8512bfba18c37e715d17
bc8d0000fc3b001819830000d10b0000ae1878c442a698560012da372c3b504e
69510000d4e1009cc3230000ac2f0000e4950baecea415dc87ec287cbce1a3ce
c6730000af8d000ca4c10000218d0000231115877913512f1d28ac88378dd173
cc140000a56300005ab907803b5000004bd013ff879b3418694348c1ca5a87fe
819e0000ec5700006632028095f300005da9280248f43cbce65aa22d8e67b7fa
7823000012fc0000a93a0b8090a50000713e28797ee98924f08ca062636f8bab
02af0000b7280000ba1c030056980000ba8d45d38048c667a95c149af4f6ea7b
ac4800001ba6000045fb1380034300005a85316a1fb250b6fe72c7fe91e478f6
1e4e0000decf00006df8018077240000ec47079ef4a0694ecda3181298aa496e
aec300009c4f000179d1e0002c15000045cc75b36650b736ab92f78fa312567b
db2500000929000049aac00081e10000cafe6b594279343143566b76e86cba2e
58430000807e000078330001c66b3800e7375cdc79ad3fddac73fe6f3a4479b1
1d5a00002b720000488d0000af61180025cb2ec5c879bfd081a204291e7536a6
a53b0000142600004e30001e7cae00008f9e0dd578dfaa3df73168d80b1b4946
07ed0000b25000008774000a970d0000437223ae48c76ea4f47862229075b1ce
889800001f9400007fcf002efb4e0000f158079a61ae9167a895706ce6107494
0bc20000db6300007e88000c1586000091fd48f37581bb43f460449ed8b61463
52500000295400006a61004ef0ff00009a317eec452341cecf568fe55303130f
538d0000a9fc00009ef7000656ff00000ae4004e92c5cdf9a94440187f975691
e62800004c4b0000a8550000d3d002e0d86130b898a7b0da289506b4d75a4897
f0c500005923000045820000e18d00c03b6d0631c2ed5699cbe0fe1c56a7b19f
b431000077330000b15d00007fd004e078a26138d116c35dd256d4894e6f74de
e3060000bdc1000087130000bff200602eba0a1a8db5375173c5ab065bd61539
02f20000a2810000873f0000e36c78001e1d74ef073d2bd6c4c232377f32259e
badd000013ad0000b7e70000f7282800df45144d361ac33aea5a8d142a2c18f0
1e6c0000c44200008a2e0000bcb6b8002c4413b68bfdd3da6a0c1bc8b99dc2eb
925600001eda0000ea510000e8b13000a93556a5ebfb6199b15c225433c5244f
033d000008b30000f33a00003ac2000751298a506b6e661f0ea5cfe3e6da7ffe
a8da000096be00005c1d000007da00027d6695831f98708abb668808da878000
01930000e7820000edfb0000cf0c000b8dd08d58bca3b42e063661e1536f9e7b
92280000dc85000057fa000056dc0003bae923165aefa30c90cef7527b1675d7
5fa800005603000043ae000064f30013257e86bf1311944e541e95bf8ea4db69
004400007f480000da7c00002a2300013badc9cca9b69c87030a9e60be0a679e
ee930000d607000092c100002b9801e09451287c3b6cfb5745312374201f6a64
7b28000057420000a9e50000634300a09edb442f6d9995bb27f83b03c7ff60f0
"""
"""Rows of the generator matrix of a linear code over GF(4) of length 256 and dimension 32.

A row takes two lines, the coefficients of 1 and of w in its 256 elements, w^2 = w + 1. Row 4 b + k belongs to the
bits 2 k, which stands for 1, and 2 k + 1, which stands for w, of byte b of a block.
"""

ROWS = [int(line, 16) for line in CODE.split()]

ALPHA = (0xFF00, 0xCCCC, 0xAAAA, 0xF0F0)
ALPHA_FINAL = (0xCAF9, 0x0FF0, 0xF9C0, 0x639C)
ALPHA_HIGH, ALPHA_LOW = "01301323321220101003313223210201", "32122010100331322321020101301323"
"""The constants of the 32 words, each made of two of the four halves above."""

STATE_ORDER = "mmccmmccccmmccmmmmccmmccccmmccmm"
"""The words of the 4 by 8 of the state that come of the message, and those of the chaining value."""

DIFFUSION = [(k, 8 + (k + 1) % 8, 16 + (k + 2) % 8, 24 + (k + 3) % 8) for k in range(8)] + [
    (0, 2, 5, 7),
    (16, 19, 21, 22),
    (9, 11, 12, 14),
    (25, 26, 28, 31),
]
"""The words that each application of L mixes."""


def rotate_left(word: int, count: int) -> int:
    """Rotate a 32-bit word by 0 < count < 32."""
    return (word << count | word >> (32 - count)) & MASK


def expand(block: bytes) -> list[int]:
    """Eight bytes of the message as a code word of 16 words: the coefficients of 1, then those of w."""
    one = omega = 0
    for k in range(32):
        bits = block[k // 4] >> 2 * (k % 4)
        a, b = ROWS[2 * k], ROWS[2 * k + 1]
        if bits & 1:
            one, omega = one ^ a, omega ^ b
        if bits & 2:
            one, omega = one ^ b, omega ^ a ^ b
    return [part >> 224 - 32 * k & MASK for part in (one, omega) for k in range(8)]


def substitute(words: list[int]) -> list[int]:
    """The S-box on 32 columns of four bits."""
    out = [0] * 4
    for bit in range(32):
        column = S_BOX[sum((words[k] >> bit & 1) << k for k in range(4))]
        for k in range(4):
            out[k] |= (column >> k & 1) << bit
    return out


def diffuse(a: int, b: int, c: int, d: int) -> tuple[int, int, int, int]:
    """The linear map L of Serpent."""
    a, c = rotate_left(a, 13), rotate_left(c, 3)
    b, d = rotate_left(b ^ a ^ c, 1), rotate_left(d ^ c ^ a << 3 & MASK, 7)
    return rotate_left(a ^ b ^ d, 5), b, rotate_left(c ^ d ^ b << 7 & MASK, 22), d


def permute(s: list[int], rounds: int, alpha: tuple[int, ...]) -> list[int]:
    """P with 6 rounds, or P_f with 12: constants and counter, the S-box down the columns, L."""
    for r in range(rounds):
        s = [word ^ alpha[int(ALPHA_HIGH[k])] << 16 ^ alpha[int(ALPHA_LOW[k])] for k, word in enumerate(s)]
        s[1] ^= r
        for k in range(8):
            s[k], s[k + 8], s[k + 16], s[k + 24] = substitute([s[k], s[k + 8], s[k + 16], s[k + 24]])
        for a, b, c, d in DIFFUSION:
            s[a], s[b], s[c], s[d] = diffuse(s[a], s[b], s[c], s[d])
    return s


def compress(h: list[int], block: bytes, rounds: int = ROUNDS, alpha: tuple[int, ...] = ALPHA) -> list[int]:
    """One block: expand, concatenate, permute, truncate to rows one and three, add the chaining value."""
    words = {"m": iter(expand(block)), "c": iter(h)}
    s = permute([next(words[source]) for source in STATE_ORDER], rounds, alpha)
    return [a ^ b for a, b in zip(h, s[0:8] + s[16:24], strict=True)]


def hamsi512(data: bytes) -> bytes:
    """Hash any number of whole bytes to 64 bytes: a bit 1, zeros to whole blocks of 8 bytes; the length ends it."""
    padded = data + b"\x80" + bytes(-(len(data) + 1) % 8)
    h = INITIAL
    for start in range(0, len(padded), 8):
        h = compress(h, padded[start : start + 8])
    h = compress(h, (8 * len(data)).to_bytes(8, "big"), FINAL_ROUNDS, ALPHA_FINAL)
    return b"".join(word.to_bytes(4, "big") for word in h)
