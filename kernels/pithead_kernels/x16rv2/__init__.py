"""x16r with Tiger before keccak, luffa and sha512: Ravencoin's second proof of work; the kernels are x16r's and Tiger's."""

from pithead_kernels.x16r.chain import chain_algorithm
from pithead_kernels.x16r.order import FUNCTIONS, x16rv2_order
from pithead_kernels.x16rv2.reference import x16rv2

ALGORITHM = chain_algorithm("x16rv2", x16rv2_order, (*FUNCTIONS, "tiger"), x16rv2)
