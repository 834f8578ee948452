#ifndef LENDHAND_MEMORY_H
#define LENDHAND_MEMORY_H

#include <stddef.h>

// Has the C library give the memory of closed encoders back to the system. It may be
// called at any time, and again.
void lh_memory_give_back(void);

// Memory whose first byte is at a multiple of alignment, a power of two that divides
// size; NULL when there is none. lh_aligned_free alone frees it.
void *lh_aligned_alloc(size_t alignment, size_t size);
void lh_aligned_free(void *memory);

#endif
