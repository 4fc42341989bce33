#include "COnnxRuntime.h"

#include <malloc.h>

size_t mesh_allocated_bytes(void) {
    struct mallinfo2 state = mallinfo2();
    return state.uordblks + state.hblkhd;
}
