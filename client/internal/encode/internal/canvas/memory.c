#include "memory.h"

#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>

// glibc keeps an arena for each thread that allocates, and what was freed stays with
// the arena. Encoders come and go, each on whatever thread Go is on: two dozen of them
// left a gigabyte behind. So there are few arenas, and what is large, as the pictures of
// an encoder are, is the system's again as soon as it is freed: without a threshold of
// its own, glibc raises it to the largest that was ever freed.
enum { arenas = 2, large = 1 << 20 };

void lh_memory_give_back(void) {
	mallopt(M_ARENA_MAX, arenas);
	mallopt(M_MMAP_THRESHOLD, large);
}

#else

void lh_memory_give_back(void) {}

#endif

#ifdef _WIN32

#include <malloc.h>

void *lh_aligned_alloc(size_t alignment, size_t size) { return _aligned_malloc(size, alignment); }
void lh_aligned_free(void *memory) { _aligned_free(memory); }

#else

void *lh_aligned_alloc(size_t alignment, size_t size) { return aligned_alloc(alignment, size); }
void lh_aligned_free(void *memory) { free(memory); }

#endif
