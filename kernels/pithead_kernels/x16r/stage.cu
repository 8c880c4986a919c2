// One stage of the x16r chain: FUNCTION is a namespace of HEADER, one of the sixteen functions in common/.
#include "lane.h"
#include HEADER

PREPARE(stage_prepare) { FUNCTION::prepare(header, job); }

KERNEL(stage_first) {
    EACH(i, count) {
        lane64 h[8];
        FUNCTION::first(job, iota(start + i), h);
        store(state, count, i, h);
    }
}

KERNEL(stage_next) {
    EACH(i, count) {
        lane64 h[8];
        load(state, count, i, h);
        FUNCTION::next(h);
        store(state, count, i, h);
    }
}
