import CRuntimeStart
import CSys
import Glibc

zigttp_runtime_start()
// Not `exit`: a handler that did not end in time may still run on its thread, and nothing is left
// to be flushed.
let given = (0..<csys_argument_count()).map { String(cString: csys_argument($0)) }
_exit(RuntimeProgram.run(Array(given.dropFirst())).rawValue)
