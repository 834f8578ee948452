#ifndef LENDHAND_MEMORY_H
#define LENDHAND_MEMORY_H

// Has the C library give the memory of closed encoders back to the system. It may be
// called at any time, and again.
void lh_memory_give_back(void);

#endif
