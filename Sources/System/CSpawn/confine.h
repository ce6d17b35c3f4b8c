#ifndef ZIGTTP_CSPAWN_CONFINE_H
#define ZIGTTP_CSPAWN_CONFINE_H

#include "cspawn.h"

// Confines the calling thread. Only calls that may be made between fork and exec. 0 where the kernel
// has no Landlock, too.
int confine(const cspawn_plan *plan);

#endif
