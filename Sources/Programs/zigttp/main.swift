import ArgumentParser
import Encodings
import Files
import Glibc

// Synchronous on purpose: an async main costs a static program several milliseconds at start.
// A closed pipe and a file-size limit are errors to report, not reasons to die without a word.
signal(SIGPIPE, SIG_IGN)
signal(SIGXFSZ, SIG_IGN)
Descriptors.holdStandardStreams()
ZigttpProgram.run(ProgramArguments.given).end()
