import CRuntimeStart
import Glibc

zigttp_runtime_start()
// Not `exit`: a handler that did not end in time may still run on its thread, and nothing is left
// to be flushed.
_exit(RuntimeProgram.run(Array(CommandLine.arguments.dropFirst())).rawValue)
