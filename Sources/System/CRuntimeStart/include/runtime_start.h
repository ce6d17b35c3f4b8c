#ifndef ZIGTTP_RUNTIME_START_H
#define ZIGTTP_RUNTIME_START_H

/// Does nothing. Calling it keeps this object file, and with it the constructor that checks for
/// /proc, in a static executable.
void zigttp_runtime_start(void);

/// Blocks SIGTERM and SIGINT in the calling thread and in those it starts later, and gives both a
/// handler, so that they reach zigttp_wait_for_stop even in a process with id 1. SIGPIPE is ignored.
void zigttp_hold_stop_signals(void);

/// Waits for SIGTERM or SIGINT and returns its number.
int zigttp_wait_for_stop(void);

/// Whether SIGTERM or SIGINT came since the last call of this or of zigttp_wait_for_stop. Does not
/// wait. Returns the signal's number, or 0.
int zigttp_stop_came_again(void);

#endif
