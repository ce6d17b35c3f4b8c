import CRuntimeStart
import Files
import Glibc

zigttp_runtime_start()
// Not `exit`: a handler that did not end in time may still run on its thread, and nothing is left
// to be flushed.
Descriptors.holdStandardStreams()
_exit(RuntimeProgram.run(ProgramArguments.given).rawValue)
