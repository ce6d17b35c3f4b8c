#ifndef ZIGTTP_RUNTIME_START_H
#define ZIGTTP_RUNTIME_START_H

/// Does nothing. Calling it keeps this object file, and with it the constructor that checks for
/// /proc, in a static executable.
void zigttp_runtime_start(void);

/// Blocks SIGTERM, SIGINT, SIGQUIT and SIGHUP in the calling thread and in those it starts later, and
/// gives them a handler, so that they reach zigttp_next_signal even in a process with id 1. Other
/// signals that would end the process without a fault in it are ignored.
void zigttp_hold_signals(void);

/// Waits for one of those four and returns its number; 0 when none came within so many milliseconds.
/// Negative waits for ever.
int zigttp_next_signal(int milliseconds);

#endif
